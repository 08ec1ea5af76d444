namespace Liveness;

/// <summary>
/// What time decides of a session: the handshake's limit, the machine's verdicts, a failed write, a close that does not move.
/// </summary>
internal struct SessionJudge()
{
    private static readonly TimeSpan s_leastIdleInterval = TimeSpan.FromSeconds(1);

    /// <summary>What the owner was told last.</summary>
    private Instant _toldWake = Instant.Never;

    /// <summary>Looks at everything that may be due; to be called at <see cref="NextWake"/> or earlier.</summary>
    public static SessionSignals Tick(InBandSession session, Instant now, in LocalHealth health, ITransportWitness witness)
    {
        if (session.Close is { } close)
        {
            return TickClosing(session, close, now, health, witness);
        }

        if (session.HasEnded || !session.IsStarted)
        {
            return SessionSignals.None;
        }

        SessionSignals probe = SessionSignals.None;
        if (session.FailedWrite is { } failed)
        {
            TimeSpan left = failed.ChanceLeft(session.Bound, now, health);
            if (left <= TimeSpan.Zero)
            {
                return session.Ending.LoseByError(failed.Failure, now, health);
            }

            probe = FailedWrite.IsNear(session.Bound, left) ? SessionSignals.ProbePoolLag : SessionSignals.None;
        }

        return probe | (session.Machine is { } machine
            ? TickOpen(session, machine, now, health, witness)
            : session.Handshake!.Tick(now, health, witness));
    }

    public Instant NextWake(InBandSession session, Instant now, in LocalHealth health) => _toldWake = DueAt(session, now, health);

    /// <summary>
    /// Something arrived that may bring a due time nearer than was said: nothing waits for a look that was planned without it.
    /// </summary>
    public readonly SessionSignals WakeIfNearer(InBandSession session, Instant now, in LocalHealth health) =>
        DueAt(session, now, health) < _toldWake ? SessionSignals.Wake : SessionSignals.None;

    private static Instant DueAt(InBandSession session, Instant now, in LocalHealth health)
    {
        CloseSequence? close = session.Close;
        if (session.CloseIsDone || (session.HasEnded && close is null) || !session.IsStarted)
        {
            return Instant.Never;
        }

        Instant wake = Instant.Never;
        if (close is not null)
        {
            wake = Instant.Min(close.NextLook(now, health, ReportedWithin(session)), close.NextKernelLook);
        }

        if (session.FailedWrite is { } failed)
        {
            wake = Instant.Min(wake, failed.NextLook(session.Bound, now, health));
        }

        if (session.Machine is { } machine && !session.GoodbyeWasTaken)
        {
            return Instant.Min(wake, machine.NextWake(now, health));
        }

        // Once a machine was there, the handshake's time is over; it is only asked for where nothing else is left to wait for.
        return close is not null ? wake : Instant.Min(wake, session.Handshake?.NextLook(now, health) ?? Instant.Never);
    }

    private static SessionSignals TickOpen(
        InBandSession session, HeartbeatMachine machine, Instant now, in LocalHealth health, ITransportWitness witness)
    {
        LivenessState stateBefore = session.State;
        ConnectionConditions conditionsBefore = session.Conditions;
        Judgement judgement = machine.Tick(now, session.Counts, health, witness);
        if (judgement.Loss is { } kind)
        {
            string? detail = machine.ReaderIsStuck ? "bytes of the peer wait here, but our own reader does not take them" : null;
            return session.Ending.Lose(kind, now, health, judgedHere: true, detail, witness: judgement.Witness);
        }

        session.Window.ShrinkIfIdle(now, IdleInterval(machine));
        SessionSignals signals = SessionSignals.Output;
        if (session.State != stateBefore || session.Conditions != conditionsBefore)
        {
            signals |= SessionSignals.StateChanged;
        }

        return judgement.ProbePoolLag ? signals | SessionSignals.ProbePoolLag : signals;
    }

    /// <summary>How often a close hears from the peer. With nothing left to confirm its reports say nothing more: its goodbye comes at
    /// once, or not.</summary>
    private static TimeSpan ReportedWithin(InBandSession session) =>
        session.Plan.CloseTimeout > TimeSpan.Zero && !(session.GoodbyeWasTaken && session.EverythingIsConfirmed)
            && session.Machine is { } machine && machine.Timing.SuspectAfter != TimeSpan.MaxValue
            ? machine.Timing.SuspectAfter
            : TimeSpan.Zero;

    private static SessionSignals TickClosing(
        InBandSession session, CloseSequence close, Instant now, in LocalHealth health, ITransportWitness witness)
    {
        SessionEnding ending = session.Ending;
        if (ending.CloseIsDone)
        {
            return SessionSignals.None;
        }

        if (session.GoodbyeWasTaken)
        {
            close.Acknowledged(witness.Read().Kernel?.BytesAcknowledged, now);
        }

        bool expired = now >= close.ExpiresAt(now, health, ReportedWithin(session));
        if (session.Intake.PeerSaidGoodbye && (expired || session.FailedWrite is not null))
        {
            // Only our answer to the peer's goodbye is still to leave.
            return ending.CloseIsOver(inGoodOrder: false);
        }

        if (session.FailedWrite is { } failed && failed.ChanceLeft(session.Bound, now, health) <= TimeSpan.Zero)
        {
            return ending.OnReadEnded(failed.Failure, now, health);
        }

        if (expired)
        {
            return ending.LoseClose(now, health, witness);
        }

        // Beats go on until our GOODBYE has left: the peer must not judge us because our tail is long.
        if (session.Machine is { } machine && !session.GoodbyeWasTaken)
        {
            machine.Tick(now, session.Counts, health, NullTransportWitness.Instance);
        }

        bool isNear = close.IsNearExpiry(now, health, ReportedWithin(session));
        return isNear ? SessionSignals.Output | SessionSignals.ProbePoolLag : SessionSignals.Output;
    }

    /// <summary>So long a grown window outlives its traffic.</summary>
    private static TimeSpan IdleInterval(HeartbeatMachine machine)
    {
        TimeSpan interval = machine.Timing.ReceiveInterval;
        return interval == TimeSpan.MaxValue || interval < s_leastIdleInterval ? s_leastIdleInterval : interval;
    }
}
