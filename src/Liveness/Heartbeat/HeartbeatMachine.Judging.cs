namespace Liveness;

/// <content>Rules 4 to 7 and 10: suspicion, the excuses in their order, the verdict.</content>
internal sealed partial class HeartbeatMachine
{
    private Suspicion? _suspicion;
    private ConsumptionWatch _ownConsumption;
    private long? _acknowledged;

    /// <summary>Since a beat of the peer is overdue.</summary>
    private KernelSilence? _overdue;

    /// <summary>Probes sent while suspect.</summary>
    public int ProbesInSilence => _suspicion?.Probes ?? 0;

    /// <inheritdoc cref="Suspicion.ReaderIsStuck"/>
    public bool ReaderIsStuck => _suspicion is { ReaderIsStuck: true };

    public TimeSpan ExcusedWhileStarved => _suspicion?.ExcusedWhileStarved ?? TimeSpan.Zero;

    public TimeSpan ExcusedForHoleRepair => _suspicion?.ExcusedForHoleRepair ?? TimeSpan.Zero;

    public TimeSpan ExcusedAfterOwnPause => _suspicion?.ExcusedAfterOwnPause ?? TimeSpan.Zero;

    /// <summary>What the kernel said in this silence; null where there is none.</summary>
    public KernelSilence? KernelInSilence => _overdue;

    /// <inheritdoc cref="Suspicion.IsStarved"/>
    public bool IsStarved => _suspicion is { IsStarved: true };

    /// <summary>Looks at the connection; to be called at <see cref="NextWake"/> or earlier.</summary>
    public Judgement Tick(Instant now, in StreamCounts counts, in LocalHealth health, ITransportWitness witness)
    {
        SendDueBeat(now);
        _ownConsumption.Observe(counts.Received, counts.Consumed, now);
        TimeSpan silence = Silence(now, health);
        WitnessReading? reading = null;
        if (silence >= OverdueAfter && _overdue is null)
        {
            reading = witness.Read();
            (_overdue = new KernelSilence()).Look(reading.Value);
        }

        bool stuck = WritesAreStuck(now, health, witness, ref reading, out bool stuckForLong);
        Judgement judgement = silence >= _judging.SuspectAfter
            ? JudgeSilence(now, silence, health, witness, reading)
            : new Judgement(stuck || OutboundIsDead(now, health) ? LossKind.OutboundDead : null, ProbePoolLag: false, reading);
        Conditions = CurrentConditions(now, stuckForLong);
        WasStuck = judgement.Loss == LossKind.OutboundDead && stuck;
        return judgement;
    }

    /// <summary>The last verdict fell because a beat could not be handed over.</summary>
    public bool WasStuck { get; private set; }

    /// <summary>When the machine wants to look again: never later than anything falls due.</summary>
    public Instant NextWake(Instant now, in LocalHealth health)
    {
        Instant wake = _beatPending ? NextWakeWhilePending(now) : _nextBeatAt;
        if (_wanted is not null && _inFlight is null && UnaskedMayGoAt > now)
        {
            wake = Instant.Min(wake, UnaskedMayGoAt);
        }

        wake = Instant.Min(wake, NextWakeForStalls());
        if (_judging.Bound != TimeSpan.MaxValue)
        {
            wake = Instant.Min(wake, NextWakeForSilence(now, Silence(now, health)));
        }

        return Instant.Max(wake, now + s_shortestWait);
    }

    private static readonly TimeSpan s_shortestWait = TimeSpan.FromMilliseconds(1);

    private Instant NextWakeWhilePending(Instant now)
    {
        if (PendingMayGoAt > now)
        {
            return PendingMayGoAt;
        }

        return _judging.Bound == TimeSpan.MaxValue ? Instant.Never : now + (_judging.Bound / 8);
    }

    /// <summary>What is reported already needs no second look.</summary>
    private Instant NextWakeForStalls()
    {
        bool peerIsReported = (Conditions & ConnectionConditions.PeerNotConsuming) != 0 || !PeerReportsConsumption;
        bool weAreReported = (Conditions & ConnectionConditions.WeAreBehind) != 0;
        return Instant.Min(
            peerIsReported ? Instant.Never : _peerConsumption.StalledAt(_stalledAfter),
            weAreReported ? Instant.Never : _ownConsumption.StalledAt(_stalledAfter));
    }

    private Instant NextWakeForSilence(Instant now, TimeSpan silence)
    {
        // A slower RATE can take a suspicion back to a time in which nothing is due.
        if (_suspicion is null || silence < _judging.SuspectAfter)
        {
            return now + ((_overdue is null ? OverdueAfter : _judging.SuspectAfter) - silence);
        }

        Instant verdict = silence < _judging.Deadline ? now + (_judging.Deadline - silence) : _suspicion.LookAgainAt;
        return _suspicion.IsStarved ? verdict : Instant.Min(verdict, _suspicion.NextProbeAt);
    }

    /// <summary>From here on the kernel's counters are watched: whatever was under way when the peer fell silent has arrived.</summary>
    private TimeSpan OverdueAfter => _judging.SuspectAfter == TimeSpan.MaxValue
        ? TimeSpan.MaxValue
        : _judging.ReceiveInterval + Shorter(_roundTrip, _judging.ReceiveInterval / 4);

    private Judgement JudgeSilence(Instant now, TimeSpan silence, in LocalHealth health, ITransportWitness witness, WitnessReading? known)
    {
        bool begins = _suspicion is null;
        Suspicion suspicion = _suspicion ??= new Suspicion(now);
        if (suspicion.TryGrantGrace(_lastReceived, _judging, health, AnswerTime))
        {
            // Paced: after a pause every connection of the process wants to probe.
            suspicion.NextProbeAt = now + (_judging.ReceiveInterval / 2 * _jitter.NextFraction());
        }

        WitnessReading reading = known ?? witness.Read();
        if (reading.HeldBackHeardAgo is { } ago && now - ago > _lastReceived + s_kernelClockStep)
        {
            // A byte that nobody can read yet is a byte all the same: a record on a thin link takes its time.
            OnReceived(now - ago);
            return new Judgement(null, begins, reading);
        }

        _overdue?.Look(reading);
        suspicion.WatchHole(now, reading);
        LossKind? loss = silence >= _judging.Deadline ? suspicion.Verdict(now, _judging, health, reading) : null;
        if (now >= suspicion.NextProbeAt)
        {
            suspicion.NextProbeAt = now + Longer(Longer(_judging.Bound / 16, AnswerTime), _judging.SendSpacing);
            if (loss is null && !suspicion.IsStarved)
            {
                Want(BeatFlags.AnswerAtOnce, now);
            }
        }

        return new Judgement(loss, begins, reading);
    }

    /// <summary>The kernel dates by its own ticks, 10 ms apart at most: what differs by less is the byte that we know.</summary>
    private static readonly TimeSpan s_kernelClockStep = TimeSpan.FromMilliseconds(20);

    /// <summary>A measured round trip holds the pauses of both ends too; more than a bound is nobody's answer time.</summary>
    private TimeSpan AnswerTime => Shorter(_roundTrip, _judging.Bound);

    /// <summary>"It misses what we sent", by its own word: late echoes, in whatever queue, never convict.</summary>
    private bool OutboundIsDead(Instant now, in LocalHealth health)
    {
        TimeSpan interval = _judging.SendInterval;
        if (_judging.Bound == TimeSpan.MaxValue || interval == TimeSpan.MaxValue || !HasHeardBeat || _sentBeats.AfterEchoedAt is not { } next)
        {
            return false;
        }

        TimeSpan age = OutboundAge(now, health);
        TimeSpan missed = TimeSpan.FromMilliseconds(_heard.HeardAgoMilliseconds) - (next - _sentBeats.EchoedAt);
        TimeSpan explained = TimeSpan.FromMilliseconds(_heard.LagMilliseconds) + s_unseenLag;
        return age >= Longer(_judging.Bound, interval * 4) && missed >= age * 0.75 && missed > explained;
    }

    /// <summary>A peer's pool may be behind for one period of its lag probe before any beat says so.</summary>
    private static readonly TimeSpan s_unseenLag = TimeSpan.FromMilliseconds(250);

    /// <summary>A beat that can't be handed over for a whole bound, while nothing of ours arrives anywhere.
    /// A peer that says itself that it is behind is alive: its full buffers are no evidence. With our own pool behind, it is our writer that waits.</summary>
    private bool WritesAreStuck(Instant now, in LocalHealth health, ITransportWitness witness, ref WitnessReading? reading, out bool forLong)
    {
        forLong = false;
        if (!_beatPending || _judging.Bound == TimeSpan.MaxValue)
        {
            return false;
        }

        TimeSpan waited = Waited(now, health);
        if (waited < _judging.Bound / 4)
        {
            return false;
        }

        reading = witness.Read();
        long? acknowledged = reading.Value.Kernel?.BytesAcknowledged;
        if (acknowledged != _acknowledged || health.PoolLag >= _judging.ReceiveInterval)
        {
            _acknowledged = acknowledged;
            _progressAt = now;
            waited = TimeSpan.Zero;
        }

        forLong = waited >= _judging.Bound / 2;
        bool peerIsBehind = HasHeardBeat && TimeSpan.FromMilliseconds(_heard.LagMilliseconds) >= _judging.ReceiveInterval;
        return waited >= _judging.Bound && !peerIsBehind;
    }

    /// <summary>For how long a beat that might leave has not; the peer's own distance between two beats holds it back first.</summary>
    private TimeSpan Waited(Instant now, in LocalHealth health) =>
        health.Pauses.RunningTime(Instant.Max(Instant.Max(_pendingSince, PendingMayGoAt), _progressAt), now);

    /// <summary>A peer that we ask for no beats would be held to its last word for ever.</summary>
    private bool PeerReportsConsumption => _judging.Bound != TimeSpan.MaxValue;

    private ConnectionConditions CurrentConditions(Instant now, bool stuckForLong)
    {
        ConnectionConditions conditions = ConnectionConditions.None;
        if (PeerReportsConsumption && _peerConsumption.IsStalled(now, _stalledAfter))
        {
            conditions |= ConnectionConditions.PeerNotConsuming;
        }

        if (IsStarved || _ownConsumption.IsStalled(now, _stalledAfter))
        {
            conditions |= ConnectionConditions.WeAreBehind;
        }

        return stuckForLong ? conditions | ConnectionConditions.WriteStuck : conditions;
    }
}
