namespace Liveness;

/// <summary>When a beat leaves, and what it asks or answers: section 5 of PROTOCOL.md.</summary>
/// <remarks>A part of its machine, under the lock of that machine's owner; a struct, for every connection has one.</remarks>
internal struct BeatSchedule
{
    private BeatFlags _pendingFlags;
    private Instant _lastBeatAt;
    private Instant _lastUnaskedAt;

    /// <summary>No beat has left since the newest RATE.</summary>
    private bool _rateWentLast;

    /// <param name="lastUnaskedAt">When something of ours that nobody asked for has left, so that the peer's distance counts from
    /// it.</param>
    /// <param name="firstBeatAt">When the first beat is due.</param>
    public BeatSchedule(Instant lastUnaskedAt, Instant firstBeatAt)
    {
        _lastUnaskedAt = lastUnaskedAt;
        NextAt = firstBeatAt;
    }

    /// <summary>A beat is due and has not left.</summary>
    public bool IsPending { get; private set; }

    /// <summary>Since when.</summary>
    public Instant PendingSince { get; private set; }

    /// <summary>When the next regular beat is due.</summary>
    public Instant NextAt { get; private set; }

    public readonly bool CanSend(Instant now, HeartbeatTiming timing) => IsPending && now >= PendingMayGoAt(timing);

    /// <summary>An answer goes at once; what nobody asked for keeps the peer's distance.</summary>
    public readonly Instant PendingMayGoAt(HeartbeatTiming timing) =>
        (_pendingFlags & BeatFlags.IsAnswer) != 0 ? PendingSince : UnaskedMayGoAt(timing);

    public readonly Instant UnaskedMayGoAt(HeartbeatTiming timing) => _lastUnaskedAt + timing.SendSpacing;

    /// <summary>
    /// A RATE keeps the same distance as a beat. After one RATE a beat that is due goes first: else a wish that changes all the time would
    /// take the place of every beat.
    /// </summary>
    public readonly bool AllowsRate(Instant now, HeartbeatTiming timing) =>
        now >= UnaskedMayGoAt(timing) && !(_rateWentLast && (IsPending || now >= NextAt));

    /// <summary>A regular beat that leaves now is early, and not too early.</summary>
    public readonly bool IsNearlyDue(Instant now, HeartbeatTiming timing) =>
        timing.SendInterval != TimeSpan.MaxValue
        && now - _lastBeatAt >= HeartbeatRules.EarliestBeatAfter(timing.SendInterval)
        && now >= UnaskedMayGoAt(timing);

    /// <summary>A beat is due; one that is pending already takes on the new cause as well.</summary>
    public void Want(BeatFlags flags, Instant now)
    {
        if (!IsPending)
        {
            PendingSince = now;
        }

        IsPending = true;
        _pendingFlags |= flags;
    }

    /// <summary>The regular beat, where it is due; and a probe that somebody waits for, if it has not left.</summary>
    public void WantWhatIsDue(Instant now, bool probeIsRequested)
    {
        if (now >= NextAt && !IsPending)
        {
            Want(BeatFlags.None, now);
        }

        if (probeIsRequested)
        {
            Want(BeatFlags.AnswerAtOnce, now);
        }
    }

    /// <summary>A beat leaves, whatever its cause; it takes the place of the next regular one.</summary>
    public BeatFlags Take(Instant now, HeartbeatTiming timing, TimeSpan tick, ref JitterSource jitter)
    {
        BeatFlags flags = _pendingFlags;
        if ((flags & BeatFlags.IsAnswer) == 0)
        {
            _lastUnaskedAt = now;
        }

        IsPending = false;
        _rateWentLast = false;
        _pendingFlags = BeatFlags.None;
        _lastBeatAt = now;
        NextAt = timing.SendInterval == TimeSpan.MaxValue ? Instant.Never : Planned(now, timing, tick, ref jitter);
        return flags;
    }

    /// <summary>
    /// The last beat goes as an answer and as nothing else: it can't wait until the peer's distance is kept, and the peer can't ask any
    /// more.
    /// </summary>
    public void OnlyAnswers() => _pendingFlags = BeatFlags.IsAnswer;

    /// <summary>A RATE leaves.</summary>
    public void OnRateSent(Instant now)
    {
        _lastUnaskedAt = now;
        _rateWentLast = true;
    }

    /// <summary>A RATE is through: the next beat comes as soon as may be.</summary>
    public void Pull(Instant now, HeartbeatTiming timing)
    {
        // Where the peer wants no beats it gets the one that confirms its wish.
        NextAt = timing.SendInterval == TimeSpan.MaxValue
            ? UnaskedMayGoAt(timing)
            : Instant.Min(NextAt, Instant.Max(now, UnaskedMayGoAt(timing)));
    }

    /// <summary>Missed beats are skipped, never replayed: the next one counts from the last that left.</summary>
    private readonly Instant Planned(Instant now, HeartbeatTiming timing, TimeSpan tick, ref JitterSource jitter)
    {
        TimeSpan interval = timing.SendInterval;
        Instant earliest = now + HeartbeatRules.EarliestBeatAfter(interval);
        Instant drawn = earliest + HeartbeatRules.BeatJitter(interval, jitter.NextFraction());
        return Instant.Max(Together(earliest, drawn, latest: now + interval, tick), UnaskedMayGoAt(timing));
    }

    /// <summary>
    /// On the tick where one lies in the allowed time: the beats of many connections leave in one go then, and a thousand of them cost a
    /// few wake-ups.
    /// </summary>
    private static Instant Together(Instant earliest, Instant drawn, Instant latest, TimeSpan tick)
    {
        Instant before = drawn.RoundDown(tick);
        if (before + tick <= latest)
        {
            return before + tick;
        }

        return before >= earliest ? before : drawn;
    }
}
