namespace Liveness;

/// <content>Rules 2 and 4: when a beat leaves, and what it says.</content>
internal sealed partial class HeartbeatMachine
{
    private bool _beatPending;
    private BeatFlags _pendingFlags;
    private Instant _pendingSince;
    private Instant _nextBeatAt;
    private Instant _lastBeatAt;
    private Instant _lastUnaskedAt;
    private uint? _openProbe;
    private bool _probeRequested;
    private uint _unansweredOwnProbes;

    public long BeatsSent => _sentBeats.Sent;

    /// <summary>The sequence number of the newest; meaningful once one was sent.</summary>
    public uint NewestSent => unchecked(_sentBeats.Next - 1);

    public uint ProbesSent { get; private set; }

    /// <summary>A beat may be handed over now.</summary>
    public bool CanSendBeat(Instant now) => _beatPending && now >= PendingMayGoAt;

    /// <summary>An answer goes at once; what nobody asked for keeps the peer's distance.</summary>
    private Instant PendingMayGoAt => (_pendingFlags & BeatFlags.IsAnswer) != 0 ? _pendingSince : UnaskedMayGoAt;

    private Instant UnaskedMayGoAt => _lastUnaskedAt + _judging.SendSpacing;

    /// <summary>Somebody waits for a round trip: requests share one outstanding probe.</summary>
    public void RequestProbe(Instant now)
    {
        if (_openProbe is null)
        {
            _probeRequested = true;
            Want(BeatFlags.AnswerAtOnce, now);
        }
    }

    /// <summary>
    /// Makes the beat that is handed to the transport now. Whatever its cause, it takes the place of the next regular one.
    /// </summary>
    public BeatFrame TakeBeat(Instant now, in StreamCounts counts, in LocalHealth health)
    {
        BeatFlags flags = _pendingFlags;
        uint sequence = _sentBeats.Add(now);
        if ((flags & BeatFlags.AnswerAtOnce) != 0)
        {
            ProbesSent++;
            _unansweredOwnProbes++;
            _outboundDoubt?.OnProbeSent(sequence, now);
            if (_suspicion is not null)
            {
                _suspicion.Probes++;
            }

            if (_probeRequested)
            {
                _openProbe ??= sequence;
                _probeRequested = false;
            }
        }

        if ((flags & BeatFlags.IsAnswer) == 0)
        {
            _lastUnaskedAt = now;
        }

        if (_stuckWrite is not null)
        {
            _stuckWrite = null;
            Conditions &= ~ConnectionConditions.WriteStuck;
        }

        _beatPending = false;
        _rateWentLast = false;
        _pendingFlags = BeatFlags.None;
        _lastBeatAt = now;
        PlanNextBeat(now);
        return new BeatFrame(
            sequence,
            _heard.Sequence,
            HasHeardBeat ? Saturate((now - _heardBeatAt).TotalMicroseconds, BeatFrame.NoEcho - 1) : BeatFrame.NoEcho,
            HeardAgo(now, health),
            counts.Received,
            counts.Consumed,
            (ushort)Saturate(health.PoolLag.TotalMilliseconds, ushort.MaxValue),
            flags,
            _appliedGeneration);
    }

    /// <summary>
    /// The last one, for its counts. It goes as an answer, for it can't wait until the peer's distance is kept, and the peer can't ask any
    /// more.
    /// </summary>
    public BeatFrame TakeLastBeat(Instant now, in StreamCounts counts, in LocalHealth health)
    {
        _pendingFlags = BeatFlags.IsAnswer;
        return TakeBeat(now, counts, health);
    }

    /// <summary>Beats that are due become pending; one that is pending already takes on the new cause as well.</summary>
    private void Want(BeatFlags flags, Instant now)
    {
        if (!_beatPending)
        {
            _pendingSince = now;
        }

        _beatPending = true;
        _pendingFlags |= flags;
    }

    /// <summary>Missed beats are skipped, never replayed: the next one counts from the last that left.</summary>
    private void PlanNextBeat(Instant now)
    {
        TimeSpan interval = _judging.SendInterval;
        if (interval == TimeSpan.MaxValue)
        {
            _nextBeatAt = Instant.Never;
            return;
        }

        Instant earliest = now + (interval * 0.75);
        Instant drawn = earliest + (interval * (0.25 * _jitter.NextFraction()));
        _nextBeatAt = Instant.Max(Together(earliest, drawn, latest: now + interval), UnaskedMayGoAt);
    }

    /// <summary>
    /// On the tick where one lies in the allowed time: the beats of many connections leave in one go then, and a thousand of them cost a
    /// few wake-ups.
    /// </summary>
    private Instant Together(Instant earliest, Instant drawn, Instant latest)
    {
        TimeSpan tick = Rate.Tick;
        Instant before = drawn.RoundDown(tick);
        if (before + tick <= latest)
        {
            return before + tick;
        }

        return before >= earliest ? before : drawn;
    }

    private void SendDueBeat(Instant now)
    {
        if (now >= _nextBeatAt && !_beatPending)
        {
            Want(BeatFlags.None, now);
        }

        if (_probeRequested)
        {
            Want(BeatFlags.AnswerAtOnce, now);
        }
    }

    /// <summary>"I have heard nothing of you for so long": our own pauses left out, and nothing while our own reader is behind,
    /// because then we can't know what waits unread.</summary>
    private uint HeardAgo(Instant now, in LocalHealth health)
    {
        bool behind = _judging.ReceiveInterval != TimeSpan.MaxValue && health.PoolLag >= _judging.ReceiveInterval / 4;
        return behind ? 0 : Saturate((Silence(now, health) - health.PoolLag).TotalMilliseconds, uint.MaxValue);
    }

    private static uint Saturate(double value, uint most) => value <= 0 ? 0 : value >= most ? most : (uint)value;
}
