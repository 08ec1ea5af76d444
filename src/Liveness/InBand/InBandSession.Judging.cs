namespace Liveness;

/// <content>What time decides: the handshake's limit, the machine's verdicts, a failed write, a close that does not move.</content>
internal sealed partial class InBandSession
{
    private static readonly TimeSpan s_longestReadSideChance = TimeSpan.FromSeconds(1);

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

        if (_writeFailure is not null && ReadSideChanceLeft(now, health) <= TimeSpan.Zero)
        {
            return LoseByError(_writeFailure, now, health);
        }

        return _machine is null ? TickHandshake(now, health) : TickOpen(_machine, now, health, witness);
    }

    public Instant NextWake(Instant now, in LocalHealth health)
    {
        if (CloseIsDone || (HasEnded && _close is null) || !IsStarted)
        {
            return Instant.Never;
        }

        Instant wake = Instant.Never;
        if (_close is not null)
        {
            wake = CloseExpiresAt(_close, now, health);
        }
        else if (_writeFailure is not null)
        {
            wake = now + ReadSideChanceLeft(now, health);
        }

        if (_machine is { } machine && !_scheduler.GoodbyeTaken)
        {
            return Instant.Min(wake, machine.NextWake(now, health));
        }

        return _close is not null ? wake : Instant.Min(wake, now + (_plan.HandshakeTimeout - health.Pauses.RunningTime(_startedAt, now)));
    }

    /// <summary>In running time: a process that slept after a failed write has not read since.</summary>
    private TimeSpan ReadSideChanceLeft(Instant now, in LocalHealth health)
    {
        TimeSpan chance = Bound / 4 < s_longestReadSideChance ? Bound / 4 : s_longestReadSideChance;
        if (health.PoolLag >= chance)
        {
            // Our reader has not run: the goodbye that explains the failure may wait for it.
            _writeFailedAt = now;
        }

        return chance - health.Pauses.RunningTime(_writeFailedAt, now);
    }

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

    private SessionSignals TickHandshake(Instant now, in LocalHealth health)
    {
        TimeSpan waited = health.Pauses.RunningTime(_startedAt, now);
        if (waited < _plan.HandshakeTimeout)
        {
            return SessionSignals.Wake;
        }

        return Lose(LossKind.HandshakeFailed, now, health, detail: _receivedAnything
            ? "the peer began a handshake and did not finish it"
            : "the peer has not started Liveness yet, or does not speak it");
    }

    private Instant CloseExpiresAt(CloseSequence close, Instant now, in LocalHealth health)
    {
        // With nothing left to confirm the peer's reports say nothing more: its goodbye comes at once, or not.
        bool reports = _plan.CloseTimeout > TimeSpan.Zero && !(_scheduler.GoodbyeTaken && EverythingIsConfirmed)
            && _machine is { } machine && machine.Timing.SuspectAfter != TimeSpan.MaxValue;
        return close.ExpiresAt(now, health.Pauses, reports ? _machine!.Timing.SuspectAfter : TimeSpan.Zero);
    }

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

        if (now >= CloseExpiresAt(close, now, health) || _writeFailure is not null)
        {
            bool allTaken = _scheduler.GoodbyeTaken && EverythingIsConfirmed;
            _farewell = Farewells.OfClose(allTaken);
            return CloseIsOver(confirmed: allTaken);
        }

        // Beats go on until our GOODBYE has left: the peer must not judge us because our tail is long.
        if (_machine is { } machine && !_scheduler.GoodbyeTaken)
        {
            machine.Tick(now, Counts, health, NullTransportWitness.Instance);
        }

        return SessionSignals.Output;
    }
}
