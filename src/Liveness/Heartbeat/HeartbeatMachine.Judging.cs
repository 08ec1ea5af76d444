namespace Liveness;

/// <content>Rules 4 to 7 and 10: suspicion, the excuses in their order, the verdict.</content>
internal sealed partial class HeartbeatMachine
{
    private Suspicion? _suspicion;
    private ConsumptionWatch _ownConsumption;
    private StuckWrite? _stuckWrite;
    private OutboundDoubt? _outboundDoubt;

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
        _lookedAt = now;
        SendDueBeat(now);
        _ownConsumption.Observe(counts.Received, counts.Consumed, now);
        TimeSpan silence = Silence(now, health);
        WitnessReading? reading = null;
        if (silence >= OverdueAfter && _overdue is null)
        {
            reading = witness.Read();
            (_overdue = new KernelSilence()).Look(reading.Value);
        }

        bool stuck = WritesAreStuck(now, health, witness, ref reading);
        Judgement judgement = silence >= _judging.SuspectAfter
            ? JudgeSilence(now, silence, health, witness, reading)
            : new Judgement(stuck || OutboundIsDead(now, health) ? LossKind.OutboundDead : null, ProbePoolLag: false, reading);
        NoteUnconfirmed(now, silence, counts, health);
        Conditions = CurrentConditions(now);
        WasStuck = judgement.Loss == LossKind.OutboundDead && stuck;
        return judgement;
    }

    /// <summary>The last verdict fell because a beat could not be handed over.</summary>
    public bool WasStuck { get; private set; }

    /// <summary>When the machine wants to look again: never later than anything falls due, and in the past where something is due already.
    /// It only ever moves because of what falls due
    /// itself: not because somebody asks, or something else happens.</summary>
    public Instant NextWake(Instant now, in LocalHealth health)
    {
        Instant wake = _beatPending ? NextWakeWhilePending(now, health) : _nextBeatAt;
        if (_wanted is not null && _inFlight is null && UnaskedMayGoAt > now)
        {
            wake = Instant.Min(wake, UnaskedMayGoAt);
        }

        wake = Instant.Min(wake, NextWakeForStalls());
        if (_judging.Bound != TimeSpan.MaxValue)
        {
            wake = Instant.Min(wake, NextWakeForSilence(now, Silence(now, health), health));
        }

        return Instant.Max(wake, _lookedAt + s_shortestWait);
    }

    private static readonly TimeSpan s_shortestWait = TimeSpan.FromMilliseconds(1);

    private Instant NextWakeWhilePending(Instant now, in LocalHealth health)
    {
        if (PendingMayGoAt > now)
        {
            return PendingMayGoAt;
        }

        return _judging.Bound == TimeSpan.MaxValue ? Instant.Never
            : _stuckWrite is { } stuck ? stuck.LookAt
            : now + ((_judging.Bound / 4) - Waited(now, health));
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

    private Instant NextWakeForSilence(Instant now, TimeSpan silence, in LocalHealth health)
    {
        // A slower RATE can take a suspicion back to a time in which nothing is due.
        if (_suspicion is null || silence < _judging.SuspectAfter)
        {
            Instant look = now + ((_overdue is null ? OverdueAfter : _judging.SuspectAfter) - silence);
            return Instant.Min(Instant.Min(look, UnconfirmedForLongAt(now, health)), OutboundVerdictAt(now, health));
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
        bool judges = silence >= _judging.Deadline && now >= suspicion.LookAgainAt;
        bool asks = now >= suspicion.NextProbeAt && !suspicion.IsStarved;
        if (!judges && !asks)
        {
            return new Judgement(null, begins, known);
        }

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
        LossKind? loss = judges ? suspicion.Verdict(now, silence, _judging, Rate.Tick, health, reading) : null;
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

    private bool OutboundIsDead(Instant now, in LocalHealth health)
    {
        if (OutboundVerdictAt(now, health) > now)
        {
            return false;
        }

        _outboundDoubt!.OnVerdict(now);
        return true;
    }

    private Instant OutboundVerdictAt(Instant now, in LocalHealth health)
    {
        if (_outboundDoubt is not { } doubt || OutboundLimit is not { } limit || Missed is not { } missed)
        {
            return Instant.Never;
        }

        TimeSpan ageThen = health.Pauses.RunningTime(_sentBeats.EchoedAt, _heardBeatAt);
        return doubt.VerdictAt(now, health.Pauses, missed, TimeSpan.FromMilliseconds(_heard.LagMilliseconds), ageThen, limit, _sentBeats.EchoedAt, AnswerTime);
    }

    /// <summary>What the peer says it has not received, and should have. Null = nothing can be said.</summary>
    private TimeSpan? Missed => HasHeardBeat && _sentBeats.AfterEchoedAt is { } next
        ? TimeSpan.FromMilliseconds(_heard.HeardAgoMilliseconds) - (next - _sentBeats.EchoedAt)
        : null;

    /// <summary>The outbound age from which on the way out may be judged; null = it is not.</summary>
    private TimeSpan? OutboundLimit => _judging.DetectWithin == TimeSpan.MaxValue || _judging.SendInterval == TimeSpan.MaxValue
        ? null
        : Longer(_judging.DetectWithin, _judging.SendInterval * 4);

    /// <summary>
    /// The first beat that says that the peer misses something is answered with a question, so that by the time of the verdict it is known
    /// whether it is still so.
    /// </summary>
    private void AskIfUnheard(Instant now)
    {
        if (OutboundLimit is not { } limit || _heard.HeardAgoMilliseconds < limit.TotalMilliseconds / 4 || Missed is not { } missed || !OutboundDoubt.Begins(missed, limit))
        {
            return;
        }

        if (!(_outboundDoubt ??= new OutboundDoubt()).IsProbed)
        {
            Want(BeatFlags.AnswerAtOnce, now);
        }
    }

    /// <summary>A beat that can't be handed over for a whole bound, while nothing of ours arrives anywhere.
    /// A peer that says itself that it is behind is alive: its full buffers are no evidence. With our own pool behind, it is our writer
    /// that waits.</summary>
    private bool WritesAreStuck(Instant now, in LocalHealth health, ITransportWitness witness, ref WitnessReading? reading)
    {
        if (!_beatPending || _judging.Bound == TimeSpan.MaxValue || (_stuckWrite is null && Waited(now, health) < _judging.Bound / 4))
        {
            return false;
        }

        StuckWrite stuck = _stuckWrite ??= new StuckWrite();
        if (now < stuck.LookAt)
        {
            return false;
        }

        reading ??= witness.Read();
        if (stuck.Moves(reading.Value.Kernel?.BytesAcknowledged) || health.PoolLag >= _judging.ReceiveInterval)
        {
            _progressAt = now;
        }

        TimeSpan waited = Waited(now, health);
        stuck.Note(now, waited, _judging.Bound);
        bool peerIsBehind = HasHeardBeat && TimeSpan.FromMilliseconds(_heard.LagMilliseconds) >= _judging.ReceiveInterval;
        return waited >= _judging.Bound && !peerIsBehind;
    }

    /// <summary>For how long a beat that might leave has not; the peer's own distance between two beats holds it back first.</summary>
    private TimeSpan Waited(Instant now, in LocalHealth health) =>
        health.Pauses.RunningTime(Instant.Max(Instant.Max(_pendingSince, PendingMayGoAt), _progressAt), now);

    /// <summary>A peer that we ask for no beats would be held to its last word for ever.</summary>
    private bool PeerReportsConsumption => _judging.Bound != TimeSpan.MaxValue;

    private ConnectionConditions CurrentConditions(Instant now)
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

        if (_unconfirmed.IsForLong && _suspicion is null)
        {
            conditions |= ConnectionConditions.DataUnacknowledged;
        }

        return _stuckWrite is { IsForLong: true } ? conditions | ConnectionConditions.WriteStuck : conditions;
    }
}
