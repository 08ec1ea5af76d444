namespace Liveness;

/// <summary>When a beat leaves, and what it asks or answers: section 5 of PROTOCOL.md.</summary>
/// <remarks>A part of its machine, under the lock of that machine's owner; a struct, for every connection has one.</remarks>
internal struct BeatSchedule
{
    private Instant _lastUnaskedAt;

    /// <summary>While a beat is pending, since when it waits; otherwise when the next regular one is due.</summary>
    private Instant _at;
    private BeatFlags _pendingFlags;

    /// <summary>No beat has left since the newest RATE.</summary>
    private bool _rateWentLast;
    private readonly BeatRole _role;

    /// <param name="lastUnaskedAt">When something of ours that nobody asked for has left, so that the peer's distance counts from
    /// it.</param>
    /// <param name="firstBeatAt">When the first beat is due.</param>
    /// <param name="role">Holds as long as both ends beat equally often.</param>
    public BeatSchedule(Instant lastUnaskedAt, Instant firstBeatAt, BeatRole role)
    {
        _lastUnaskedAt = lastUnaskedAt;
        _role = role;
        _at = firstBeatAt;
    }

    /// <summary>A beat is due and has not left.</summary>
    public bool IsPending { get; private set; }

    /// <summary>While one is pending: since when it waits, or, where the peer has received more since, since then.</summary>
    public readonly Instant PendingSince => _at;

    /// <summary>While none is pending: when the next regular beat is due.</summary>
    public readonly Instant NextAt => _at;

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

    public readonly bool HasRole(HeartbeatTiming timing) => _role != BeatRole.None && timing.HasRoles;

    /// <summary>A beat of the peer has come: a regular one of ours that leaves now is early, and not too early.</summary>
    /// <param name="now">The present.</param>
    /// <param name="lastBeatAt">When our newest was handed over.</param>
    /// <param name="timing">What was agreed.</param>
    /// <param name="isRegular">It neither asks nor answers: the one that is followed.</param>
    public readonly bool IsNearlyDue(Instant now, Instant lastBeatAt, HeartbeatTiming timing, bool isRegular)
    {
        if (timing.SendInterval == TimeSpan.MaxValue || now < UnaskedMayGoAt(timing))
        {
            return false;
        }

        bool follows = isRegular && _role == BeatRole.Follows && timing.HasRoles;
        TimeSpan earliest = follows
            ? HeartbeatRules.FollowsAfter(timing.SharedInterval)
            : HeartbeatRules.EarliestBeatAfter(timing.SendInterval);
        return now - lastBeatAt >= earliest;
    }

    /// <summary>A beat is due; one that is pending already takes on the new cause as well.</summary>
    public void Want(BeatFlags flags, Instant now)
    {
        if (!IsPending)
        {
            _at = now;
        }

        IsPending = true;
        _pendingFlags |= flags;
    }

    /// <summary>The peer has received more, or the next hop has: what waits counts from now on.</summary>
    public void OnProgress(Instant now)
    {
        if (IsPending)
        {
            _at = now;
        }
    }

    /// <summary>The regular beat, where it is due; and a probe that somebody waits for, if it has not left.</summary>
    public void WantWhatIsDue(Instant now, bool probeIsRequested)
    {
        if (!IsPending && now >= NextAt)
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
        _at = timing.SendInterval == TimeSpan.MaxValue ? Instant.Never : Planned(now, timing, tick, ref jitter);
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
        if (IsPending)
        {
            // It comes as soon as may be anyway.
            return;
        }

        // Where the peer wants no beats it gets the one that confirms its wish.
        _at = timing.SendInterval == TimeSpan.MaxValue
            ? UnaskedMayGoAt(timing)
            : Instant.Min(NextAt, Instant.Max(now, UnaskedMayGoAt(timing)));
    }

    /// <summary>Missed beats are skipped, never replayed: the next one counts from the last that left.</summary>
    private readonly Instant Planned(Instant now, HeartbeatTiming timing, TimeSpan tick, ref JitterSource jitter)
    {
        TimeSpan earliest = HeartbeatRules.EarliestBeatAfter(timing.SendInterval);
        Instant planned = (timing.HasRoles ? _role : BeatRole.None) switch
        {
            BeatRole.Leads => Ahead(now, earliest, HeartbeatRules.LeadersTurn(timing.SharedInterval), jitter.NextFraction(), tick),
            BeatRole.Follows => now + timing.SharedInterval,
            _ => Together(now, earliest, timing.SendInterval, jitter.NextFraction(), tick),
        };
        return Instant.Max(planned, UnaskedMayGoAt(timing));
    }

    /// <summary>
    /// On the tick where one lies in the allowed time: the beats of many connections leave in one go then, and a thousand of them cost a
    /// few wake-ups.
    /// </summary>
    private static Instant Together(Instant now, TimeSpan earliest, TimeSpan latest, double fraction, TimeSpan tick)
    {
        Instant drawn = now + earliest + ((latest - earliest) * fraction);
        Instant before = drawn.RoundDown(tick);
        if (before + tick <= now + latest)
        {
            return before + tick;
        }

        return before >= now + earliest ? before : drawn;
    }

    /// <summary>As late as the leader may. A turn is divided into whole ticks, or a little less, so that those who left together do so
    /// again; now and then one goes earlier, so that no crowd stays for ever.</summary>
    private static Instant Ahead(Instant now, TimeSpan earliest, TimeSpan turn, double fraction, TimeSpan tick)
    {
        TimeSpan before = turn - HeartbeatRules.LeadersJitter(turn - earliest, fraction);
        long ticks = (turn.Ticks + tick.Ticks - 1) / tick.Ticks;
        Instant planned = (now + before).RoundDown(new TimeSpan(turn.Ticks / ticks));
        return planned >= now + earliest ? planned : now + before;
    }
}
