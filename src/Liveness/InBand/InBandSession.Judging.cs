namespace Liveness;

/// <content>What time decides: the handshake's limit, the machine's verdicts, a failed write, a close that does not move.</content>
internal sealed partial class InBandSession
{
    /// <summary>What the owner was told last.</summary>
    private Instant _toldWake = Instant.Never;

    /// <summary>When the handshake's time was up, the peer's HELLO may have been here unread, or ours unsent.</summary>
    private bool _helloMayWait;

    private TimeSpan _handshakeExcused;

    /// <summary>Looks at everything that may be due; to be called at <see cref="NextWake"/> or earlier.</summary>
    public SessionSignals Tick(Instant now, in LocalHealth health, ITransportWitness witness)
    {
        if (_close is not null)
        {
            return TickClosing(_close, now, health, witness);
        }

        if (HasEnded || !IsStarted)
        {
            return SessionSignals.None;
        }

        SessionSignals probe = SessionSignals.None;
        if (_writeFailure is not null)
        {
            TimeSpan left = ReadSideChanceLeft(now, health);
            if (left <= TimeSpan.Zero)
            {
                return LoseByError(_writeFailure, now, health);
            }

            probe = Deadline.IsNear(ReadSideChance, left) ? SessionSignals.ProbePoolLag : SessionSignals.None;
        }

        return probe | (_machine is null ? TickHandshake(now, health, witness) : TickOpen(_machine, now, health, witness));
    }

    public Instant NextWake(Instant now, in LocalHealth health) => _toldWake = DueAt(now, health);

    /// <summary>
    /// Something arrived that may bring a due time nearer than was said: nothing waits for a look that was planned without it.
    /// </summary>
    private SessionSignals WakeIfNearer(Instant now, in LocalHealth health) => DueAt(now, health) < _toldWake ? SessionSignals.Wake : SessionSignals.None;

    private Instant DueAt(Instant now, in LocalHealth health)
    {
        if (CloseIsDone || (HasEnded && _close is null) || !IsStarted)
        {
            return Instant.Never;
        }

        Instant wake = Instant.Never;
        if (_close is not null)
        {
            wake = Instant.Min(_close.NextLook(now, health, ReportedWithin), _close.NextKernelLook);
        }

        if (_writeFailure is not null)
        {
            wake = Instant.Min(wake, Deadline.NextLook(ReadSideChance, _writeFailedAt, now, health, answerMayWait: true));
        }

        if (_machine is { } machine && !_scheduler.GoodbyeTaken)
        {
            return Instant.Min(wake, machine.NextWake(now, health));
        }

        return _close is not null
            ? wake
            : Instant.Min(wake, Deadline.NextLook(_plan.HandshakeTimeout, _startedAt, now, health, _helloMayWait));
    }

    /// <summary>A process that slept after a failed write, or whose pool was behind, has not read since: the goodbye that explains the
    /// failure
    /// may wait here.</summary>
    private TimeSpan ReadSideChanceLeft(Instant now, in LocalHealth health) =>
        Deadline.Left(ReadSideChance, _writeFailedAt, now, health, answerMayWait: true);

    private TimeSpan ReadSideChance => Deadline.OfFailedWrite(Bound);

    private SessionSignals TickOpen(HeartbeatMachine machine, Instant now, in LocalHealth health, ITransportWitness witness)
    {
        ConnectionState stateBefore = State;
        ConnectionConditions conditionsBefore = Conditions;
        Judgement judgement = machine.Tick(now, Counts, health, witness);
        if (judgement.Loss is { } kind)
        {
            string? detail = machine.ReaderIsStuck ? "bytes of the peer wait here, but our own reader does not take them" : null;
            return Lose(kind, now, health, judgedHere: true, detail, witness: judgement.Witness);
        }

        _window.ShrinkIfIdle(now, IdleInterval(machine));
        SessionSignals signals = SessionSignals.Output;
        if (State != stateBefore || Conditions != conditionsBefore)
        {
            signals |= SessionSignals.StateChanged;
        }

        return judgement.ProbePoolLag ? signals | SessionSignals.ProbePoolLag : signals;
    }

    private SessionSignals TickHandshake(Instant now, in LocalHealth health, ITransportWitness witness)
    {
        TimeSpan limit = _plan.HandshakeTimeout;
        TimeSpan left = Deadline.Left(limit, _startedAt, now, health, _helloMayWait);
        if (left <= TimeSpan.Zero && !_helloMayWait)
        {
            // Asked for only when it matters: it costs a look into the kernel.
            WitnessReading reading = witness.Read();
            bool mayBeHere = reading.Available > 0 || reading.HidesCompletedReads || reading.ReadNotParsed;
            _helloMayWait = mayBeHere || _scheduler.HelloTakenAt is null;
            left = Deadline.Left(limit, _startedAt, now, health, _helloMayWait);
        }

        if (left > TimeSpan.Zero)
        {
            return Deadline.IsNear(limit, left) ? SessionSignals.Wake | SessionSignals.ProbePoolLag : SessionSignals.Wake;
        }

        string detail = _receivedAnything
            ? "the peer began a handshake and did not finish it"
            : "the peer has not started Liveness yet, or does not speak it";
        _handshakeExcused = Deadline.Excused(limit, _startedAt, now, health, _helloMayWait);
        if (_handshakeExcused > TimeSpan.Zero)
        {
            detail += FormattableString.Invariant(
                $"; for {_handshakeExcused.TotalSeconds:0.0} s of that time our own thread pool was behind, which did not count");
        }

        return Lose(LossKind.HandshakeFailed, now, health, detail: detail);
    }

    /// <summary>How often a close hears from the peer. With nothing left to confirm its reports say nothing more: its goodbye comes at
    /// once,
    /// or not.</summary>
    private TimeSpan ReportedWithin =>
        _plan.CloseTimeout > TimeSpan.Zero && !(_scheduler.GoodbyeTaken && EverythingIsConfirmed)
            && _machine is { } machine && machine.Timing.SuspectAfter != TimeSpan.MaxValue
            ? machine.Timing.SuspectAfter
            : TimeSpan.Zero;

    private SessionSignals TickClosing(CloseSequence close, Instant now, in LocalHealth health, ITransportWitness witness)
    {
        if (CloseIsDone)
        {
            return SessionSignals.None;
        }

        if (_scheduler.GoodbyeTaken)
        {
            close.Acknowledged(witness.Read().Kernel?.BytesAcknowledged, now);
        }

        bool expired = now >= close.ExpiresAt(now, health, ReportedWithin);
        if (_peerSaidGoodbye && (expired || _writeFailure is not null))
        {
            // Only our answer to the peer's goodbye is still to leave.
            return CloseIsOver(inGoodOrder: false);
        }

        if (_writeFailure is not null && ReadSideChanceLeft(now, health) <= TimeSpan.Zero)
        {
            return OnReadEnded(_writeFailure, now, health);
        }

        if (expired)
        {
            return LoseClose(now, health, witness);
        }

        // Beats go on until our GOODBYE has left: the peer must not judge us because our tail is long.
        if (_machine is { } machine && !_scheduler.GoodbyeTaken)
        {
            machine.Tick(now, Counts, health, NullTransportWitness.Instance);
        }

        bool isNear = close.IsNearExpiry(now, health, ReportedWithin);
        return isNear ? SessionSignals.Output | SessionSignals.ProbePoolLag : SessionSignals.Output;
    }
}
