namespace Liveness;

/// <content>How it ends: orderly, by the peer, by the transport, by an abort; and what became of what the application had
/// written.</content>
internal sealed partial class InBandSession
{
    private GoodbyeCode? _farewell;

    /// <summary>Null before <see cref="BeginClose"/>.</summary>
    private CloseSequence? _close;

    /// <summary>
    /// Both ends know that it is over, and neither cut it short: the peer said goodbye, or its transport ended after it had everything.
    /// </summary>
    private bool _endWasAgreed;
    private bool _wasAborted;
    private ulong? _unconfirmedAtEnd;
    private ulong? _unconfirmedUnlessSent;
    private ulong _takenInVain;
    private Instant _peerSaidGoodbyeAt;
    private bool _endWasRead;

    public bool CloseIsDone { get; private set; }

    /// <summary>Of a close that is done: the transport may be closed by a FIN, for nothing is to be cut off.</summary>
    public bool ClosesInGoodOrder { get; private set; }

    /// <summary>Of a session that has ended. What was not delivered is never confirmed.</summary>
    public CloseOutcome Outcome => _wasAborted ? CloseOutcome.Aborted
        : _endWasAgreed && Unconfirmed == 0 ? CloseOutcome.Confirmed
        : CloseOutcome.NotConfirmed;

    /// <summary>
    /// The code to say goodbye with to a peer that is judged; null = say nothing, as before our HELLO, for no other frame may be the first,
    /// and after a goodbye, which is the last.
    /// </summary>
    public GoodbyeCode? Farewell => _scheduler.HelloTakenAt is null || _scheduler.GoodbyeTaken ? null : _farewell;

    /// <summary>Of an abort, for a person at the other end; null = none was given.</summary>
    public string? AbortReason { get; private set; }

    /// <summary>What the application has written and the peer has not confirmed.</summary>
    public ulong Unconfirmed => (_unconfirmedAtEnd ?? Outstanding) + _takenInVain;

    private ulong Outstanding => _credit.Sent + (ulong)_outbound.Count - (_machine is { HasHeardBeat: true } machine ? machine.Heard.Received : 0);

    private bool EverythingIsConfirmed => _machine is not null && Outstanding == 0;

    /// <summary>The application closes: what was accepted is sent, then END and GOODBYE; the rest of the way in is discarded.</summary>
    /// <param name="now">The present.</param>
    /// <param name="code">Says to the peer why.</param>
    /// <param name="reason">The same for a person.</param>
    public SessionSignals BeginClose(Instant now, GoodbyeCode code = GoodbyeCode.Done, string? reason = null)
    {
        if (_close is not null)
        {
            return SessionSignals.None;
        }

        StopReading(now);
        bool isHandshaking = IsStarted && !IsOpen && !HasEnded;
        if (Loss is not null || (!IsOpen && !(isHandshaking && _outbound.Count > 0)))
        {
            return CloseIsOver(inGoodOrder: Loss is null);
        }

        if (HasEnded)
        {
            // The peer said goodbye first; ours may still have to leave.
            return _scheduler.GoodbyeTaken || !_peerSaidGoodbye ? CloseIsOver(inGoodOrder: true) : SessionSignals.Output | SessionSignals.Wake;
        }

        _scheduler.WantEnd();
        _scheduler.WantGoodbye(code, reason, tellsCounts: true);
        HearOfProgressInTime();
        return SessionSignals.Output | SessionSignals.Wake;
    }

    /// <summary>
    /// The application cuts the connection off: nothing more is sent but the word that it does. Where it has ended already, that end stays.
    /// </summary>
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

    /// <summary>The transport will deliver nothing more.</summary>
    /// <param name="error">Null = an orderly end of its own (FIN).</param>
    /// <param name="now">The present.</param>
    /// <param name="health">Of this process.</param>
    public SessionSignals OnReadEnded(Exception? error, Instant now, in LocalHealth health)
    {
        if (_close is not null && (HasEnded || _peerSaidGoodbye || EverythingIsConfirmed))
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

        if (_machine is null)
        {
            return Lose(LossKind.HandshakeFailed, now, health, detail: _receivedAnything
                ? "the peer closed the connection in the middle of the handshake"
                : "the peer closed the connection before it said anything: it does not speak Liveness, or refused");
        }

        if (_peerEnded && _scheduler.EndTaken && EverythingIsConfirmed)
        {
            _endWasAgreed = true;
            return EndOrderly();
        }

        return Lose(LossKind.ClosedWithoutGoodbye, now, health);
    }

    /// <summary>As <see cref="OnReadEnded"/>, where code of this process has closed the transport beneath us: no deed of the peer, and no
    /// end in good order, for
    /// nobody has told it.</summary>
    /// <param name="error">What it looked like; null = an orderly end.</param>
    /// <param name="certainty">How sure that is.</param>
    /// <param name="now">The present.</param>
    /// <param name="health">Of this process.</param>
    public SessionSignals OnClosedHere(Exception? error, Certainty certainty, Instant now, in LocalHealth health) =>
        HasEnded || _close is not null
            ? OnReadEnded(error, now, health)
            : Lose(LossKind.TransportFailed, now, health, detail: "the socket or stream beneath was closed at this end", error: error, decided: (Diagnosis.WeClosed, certainty));

    /// <summary>The peer has said goodbye and takes nothing more, but the application may not have read what came before: as long as it has
    /// not come to the end, its writes go on
    /// for a while as over a socket, so that somebody who writes a request first and reads the answer then gets to an early one.</summary>
    public bool TakesInVain(Instant now) =>
        HasEnded && Loss is null && _close is null && _peerSaidGoodbye && !_endWasRead && now - _peerSaidGoodbyeAt < _plan.CloseTimeout;

    /// <summary>The transport has kept our last frames until it was cut off: the peer's goodbye was no answer to them.</summary>
    public void OnLastFramesCutOff()
    {
        ClosesInGoodOrder = false;
        _unconfirmedAtEnd = _unconfirmedUnlessSent ?? _unconfirmedAtEnd;
    }

    /// <summary>A write that nobody will get.</summary>
    public void TakeInVain(int bytes) => _takenInVain += (ulong)bytes;

    /// <summary>The peer's beats show that a close moves on: where we asked for none, we do now.</summary>
    private void HearOfProgressInTime()
    {
        HeartbeatRate rate = _machine?.Rate ?? _plan.Rate;
        if (_plan.CloseTimeout >= HeartbeatDefaults.MinDetectWithin && !rate.Judges)
        {
            ChangeRate(HeartbeatRate.Derive(_plan.CloseTimeout, _plan.MinTransmitInterval, _plan.MinReceiveInterval));
        }
    }

    private void StopReading(Instant now)
    {
        _close ??= new CloseSequence(_plan, now);
        _window.Consume(_window.Unread);
        _inbound.Clear();
    }

    private SessionSignals TakeOrderlyGoodbye(Instant now)
    {
        _peerSaidGoodbyeAt = now;
        _endWasAgreed = true;

        GiveUpUnsent();
        if (_close is not null)
        {
            if (!_scheduler.GoodbyeTaken)
            {
                return SessionSignals.Output;
            }

            // The answer to our own goodbye is sent after everything before that was parsed.
            _unconfirmedUnlessSent = _unconfirmedAtEnd;
            _unconfirmedAtEnd = 0;
            return CloseIsOver(inGoodOrder: true);
        }

        _scheduler.WantGoodbye(GoodbyeCode.Done);
        return EndOrderly() | SessionSignals.Output;
    }

    /// <summary>Nobody will take it any more.</summary>
    private void GiveUpUnsent()
    {
        _unconfirmedAtEnd ??= Outstanding;
        _outbound.Clear();
    }

    private SessionSignals EndOrderly()
    {
        HasEnded = true;
        _window.End();
        return SessionSignals.Ended | SessionSignals.StateChanged | SessionSignals.Readable | SessionSignals.Writable;
    }

    private SessionSignals CloseIsOver(bool inGoodOrder)
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
}
