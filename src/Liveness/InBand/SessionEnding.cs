namespace Liveness;

/// <summary>How a session ends: orderly, by the peer, by the transport, by an abort, by a verdict; and what became of what the application
/// had written. Made with the first of that: most sessions go on.</summary>
// Long, because every way to end is told against the others: which comes first, and which may still follow.
internal sealed class SessionEnding(InBandSession session)
{
    private readonly HeartbeatPlan _plan = session.Plan;

    /// <summary>
    /// Both ends know that it is over, and neither cut it short: the peer said goodbye, or its transport ended after it had everything.
    /// </summary>
    private bool _endWasAgreed;
    private bool _wasAborted;

    /// <summary>What was not confirmed when nothing more could be; null = the session still counts.</summary>
    private ulong? _unconfirmedAtEnd;

    /// <summary>The same, where our last frames turn out not to have left.</summary>
    private ulong? _unconfirmedUnlessSent;

    /// <summary>Written by the application after the peer's goodbye: nobody will get it.</summary>
    private ulong _takenInVain;
    private Instant _peerSaidGoodbyeAt;
    private GoodbyeCode? _farewell;
    private TimeSpan? _reconnectAfter;

    /// <inheritdoc cref="InBandSession.FailedWrite"/>
    public FailedWrite? FailedWrite { get; private set; }

    /// <summary>The terminal fact: set once.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>What ended it; null = an orderly end, or none yet.</summary>
    public LossObservation? Loss { get; private set; }

    /// <summary>Null before <see cref="BeginClose"/> and <see cref="Abort"/>.</summary>
    public CloseSequence? Close { get; private set; }

    public bool CloseIsDone { get; private set; }

    /// <inheritdoc cref="InBandSession.ClosesInGoodOrder"/>
    public bool ClosesInGoodOrder { get; private set; }

    /// <inheritdoc cref="InBandSession.AbortReason"/>
    public string? AbortReason { get; private set; }

    /// <inheritdoc cref="InBandSession.Outcome"/>
    public CloseOutcome Outcome => _wasAborted ? CloseOutcome.Aborted
        : _endWasAgreed && Unconfirmed == 0 ? CloseOutcome.Confirmed
        : CloseOutcome.NotConfirmed;

    /// <inheritdoc cref="InBandSession.Farewell"/>
    public GoodbyeCode? Farewell => session.Handshake is { HelloTakenAt: null } || session.GoodbyeWasTaken ? null : _farewell;

    /// <summary>The peer has said that it is shutting down.</summary>
    public PeerGoingAway? PeerGoingAway { get; private set; }

    /// <inheritdoc cref="InBandSession.Unconfirmed"/>
    public ulong Unconfirmed => (_unconfirmedAtEnd ?? session.Outstanding) + _takenInVain;

    /// <inheritdoc cref="InBandSession.BeginClose"/>
    public SessionSignals BeginClose(Instant now, LastWord word)
    {
        if (Close is not null)
        {
            return SessionSignals.None;
        }

        StopReading(now);
        bool isHandshaking = session.IsStarted && !session.IsOpen && !HasEnded;
        if (Loss is not null || (!session.IsOpen && !(isHandshaking && (session.Unsent > 0 || session.AwaitsWriters))))
        {
            return CloseIsOver(inGoodOrder: Loss is null);
        }

        if (HasEnded)
        {
            // The peer said goodbye first; ours may still have to leave.
            return session.GoodbyeWasTaken || !session.Intake.PeerSaidGoodbye
                ? CloseIsOver(inGoodOrder: true)
                : SessionSignals.Output | SessionSignals.Wake;
        }

        session.Scheduler.WantEnd();
        session.Scheduler.WantGoodbye(word, tellsCounts: true);
        HearOfProgressInTime();
        return SessionSignals.Output | SessionSignals.Wake;
    }

    /// <inheritdoc cref="InBandSession.Abort"/>
    public SessionSignals Abort(Instant now, string? reason)
    {
        if (CloseIsDone)
        {
            return SessionSignals.None;
        }

        StopReading(now);
        if (!HasEnded)
        {
            _wasAborted = true;
            AbortReason = reason;
            _farewell = GoodbyeCode.Aborted;
            GiveUpUnsent();
        }

        return CloseIsOver(inGoodOrder: false);
    }

    /// <inheritdoc cref="InBandSession.OnReadEnded"/>
    public SessionSignals OnReadEnded(Exception? error, Instant now, in LocalHealth health)
    {
        if (Close is not null && (HasEnded || session.Intake.PeerSaidGoodbye || session.EverythingIsConfirmed))
        {
            _endWasAgreed |= !HasEnded;
            return CloseIsOver(inGoodOrder: true);
        }

        if (HasEnded)
        {
            return SessionSignals.None;
        }

        if (error is not null)
        {
            return LoseByError(error, now, health);
        }

        if (!session.IsOpen)
        {
            return Lose(LossKind.HandshakeFailed, now, health, detail: session.Handshake!.ReceivedAnything
                ? "the peer closed the connection in the middle of the handshake"
                : "the peer closed the connection before it said anything: it does not speak Liveness, or refused");
        }

        if (session.PeerHasEnded && session.Scheduler.EndTaken && session.EverythingIsConfirmed)
        {
            _endWasAgreed = true;
            return EndOrderly();
        }

        return Lose(LossKind.ClosedWithoutGoodbye, now, health);
    }

    /// <inheritdoc cref="InBandSession.OnClosedHere"/>
    public SessionSignals OnClosedHere(Exception? error, LossCertainty certainty, Instant now, in LocalHealth health)
    {
        const string Detail = "the socket or stream beneath was closed at this end";
        return HasEnded || Close is not null
            ? OnReadEnded(error, now, health)
            : Lose(LossKind.TransportFailed, now, health, detail: Detail, error: error, decided: (LossDiagnosis.WeClosed, certainty));
    }

    /// <inheritdoc cref="InBandSession.TakesInVain"/>
    public bool TakesInVain(Instant now) =>
        HasEnded && Loss is null && Close is null && session.Intake.PeerSaidGoodbye && !session.Intake.EndWasRead
            && now - _peerSaidGoodbyeAt < _plan.CloseTimeout;

    /// <inheritdoc cref="InBandSession.TakeInVain"/>
    public void TakeInVain(int bytes) => _takenInVain += (ulong)bytes;

    /// <inheritdoc cref="InBandSession.OnLastFramesCutOff"/>
    public void OnLastFramesCutOff()
    {
        ClosesInGoodOrder = false;
        _unconfirmedAtEnd = _unconfirmedUnlessSent ?? _unconfirmedAtEnd;
    }

    /// <summary>The peer asks to be left alone for a while; it counts with the goodbye that follows.</summary>
    public void NoteReconnectAfter(TimeSpan after) => _reconnectAfter = after;

    /// <summary>The peer says that it is done, and takes nothing more.</summary>
    public SessionSignals TakeOrderlyGoodbye(in GoodbyeFrame goodbye, Instant now)
    {
        _peerSaidGoodbyeAt = now;
        PeerGoingAway = goodbye.Code == GoodbyeCode.GoingAway ? new PeerGoingAway(goodbye.Reason, _reconnectAfter) : null;
        _endWasAgreed = true;

        GiveUpUnsent();
        if (Close is not null)
        {
            if (!session.GoodbyeWasTaken)
            {
                return SessionSignals.Output;
            }

            // The answer to our own goodbye is sent after everything before that was parsed.
            _unconfirmedUnlessSent = _unconfirmedAtEnd;
            _unconfirmedAtEnd = 0;
            return CloseIsOver(inGoodOrder: true);
        }

        session.Scheduler.WantGoodbye(LastWord.Done);
        return EndOrderly() | SessionSignals.Output;
    }

    public SessionSignals CloseIsOver(bool inGoodOrder)
    {
        if (CloseIsDone)
        {
            return SessionSignals.None;
        }

        CloseIsDone = true;
        ClosesInGoodOrder = inGoodOrder;
        SessionSignals ended = HasEnded ? SessionSignals.None : EndOrderly();
        return ended | SessionSignals.CloseOver;
    }

    /// <inheritdoc cref="InBandSession.OnWriteFailed"/>
    public SessionSignals OnWriteFailed(Exception failure, Instant now)
    {
        FailedWrite ??= new FailedWrite(failure, now);
        return SessionSignals.Wake;
    }

    public SessionSignals LoseByError(Exception error, Instant now, in LocalHealth health)
    {
        LossKind kind = SocketErrorTable.Classify(error);
        if (kind == LossKind.KeepAliveTimedOut && session.Machine is { } machine && machine.Timing.Bound != TimeSpan.MaxValue
            && machine.Silence(now, health) >= machine.Timing.Deadline - (machine.Timing.Bound / 4))
        {
            // The kernel was a moment faster than we are, with less knowledge: one cut has one name.
            kind = LossKind.HeartbeatTimedOut;
        }

        return Lose(kind, now, health, error: error);
    }

    /// <summary>Nothing has moved for too long. A close that has nothing left to lose is closed by a FIN all the same.</summary>
    public SessionSignals LoseClose(Instant now, in LocalHealth health, ITransportWitness witness)
    {
        bool allTaken = session.GoodbyeWasTaken && session.EverythingIsConfirmed;
        if (_plan.CloseTimeout == TimeSpan.Zero && session.EverythingIsConfirmed)
        {
            // Nobody was to be waited for, and nothing is missing.
            return CloseIsOver(inGoodOrder: true);
        }

        SessionSignals signals = Lose(LossKind.CloseTimedOut, now, health, judgedHere: true, witness: witness.Read());
        _farewell = Farewells.OfClose(allTaken);
        ClosesInGoodOrder = allTaken;
        return signals;
    }

    /// <summary>A verdict, and everything that was measured when it fell. The first one stays.</summary>
    /// <param name="kind">How it was observed.</param>
    /// <param name="now">The present.</param>
    /// <param name="health">Of this process.</param>
    /// <param name="judgedHere">False where the transport or the peer ended the connection.</param>
    /// <param name="detail">For a person.</param>
    /// <param name="error">What the transport failed with.</param>
    /// <param name="goodbye">What the peer said.</param>
    /// <param name="rule">What the peer broke.</param>
    /// <param name="witness">What the transport said at the verdict, where it was asked.</param>
    /// <param name="offence">What was expected, and what was seen.</param>
    /// <param name="decided">Where the diagnosis is known and not to be drawn from the evidence.</param>
    public SessionSignals Lose(
        LossKind kind,
        Instant now,
        in LocalHealth health,
        bool judgedHere = false,
        string? detail = null,
        Exception? error = null,
        GoodbyeFrame? goodbye = null,
        ProtocolRule rule = ProtocolRule.None,
        WitnessReading? witness = null,
        Offence offence = default,
        (LossDiagnosis, LossCertainty)? decided = null)
    {
        if (HasEnded)
        {
            return SessionSignals.None;
        }

        GiveUpUnsent();
        _farewell = Farewells.Of(kind, judgedHere);
        if (decided is null && kind == LossKind.HandshakeFailed && offence.Expected is not null)
        {
            decided = (LossDiagnosis.NoCommonVersion, LossCertainty.Proven);
        }

        Loss = new LossObservation
        {
            Kind = kind,
            Silence = health.Pauses.RunningTime(session.LastHeard, now),
            Bound = session.Bound,
            Evidence = SessionEvidence.Of(session, now, health, witness, error, offence),
            Exception = error,
            Goodbye = goodbye,
            Rule = rule,
            Detail = detail,
            Decided = decided,
            UnconfirmedBytes = (long)Unconfirmed,
        };
        SessionSignals ended = EndOrderly();
        return Close is null ? ended : ended | CloseIsOver(inGoodOrder: false);
    }

    /// <summary>The peer's beats show that a close moves on: where we asked for none, we do now.</summary>
    private void HearOfProgressInTime()
    {
        HeartbeatRate rate = session.Machine?.Rate ?? _plan.Rate;
        if (_plan.CloseTimeout >= HeartbeatDefaults.MinDetectWithin && !rate.Judges)
        {
            session.ChangeRate(HeartbeatRate.Derive(_plan.CloseTimeout, _plan.MinTransmitInterval, _plan.MinReceiveInterval));
        }
    }

    private void StopReading(Instant now)
    {
        Close ??= new CloseSequence(_plan, now);
        session.Intake.DiscardUnread(session);
    }

    /// <summary>Nobody will take it any more.</summary>
    private void GiveUpUnsent()
    {
        _unconfirmedAtEnd ??= session.Outstanding;
        session.DiscardUnsent();
    }

    private SessionSignals EndOrderly()
    {
        HasEnded = true;
        session.Window.End();
        return SessionSignals.Ended | SessionSignals.StateChanged | SessionSignals.Readable | SessionSignals.Writable;
    }
}
