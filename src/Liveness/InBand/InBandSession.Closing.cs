namespace Liveness;

/// <content>How it ends: orderly, by the peer, by the transport.</content>
internal sealed partial class InBandSession
{
    private GoodbyeCode? _farewell;

    /// <summary>Null before <see cref="BeginClose"/>.</summary>
    private CloseSequence? _close;

    /// <summary>Whether our close ended with everything of ours taken by the peer.</summary>
    public bool CloseWasConfirmed { get; private set; }

    public bool CloseIsDone { get; private set; }

    /// <summary>The code to say goodbye with to a peer that is judged; null = say nothing, as before our HELLO, for no other frame may be the first, and after a goodbye, which is the last.</summary>
    public GoodbyeCode? Farewell => _scheduler.HelloTakenAt is null || _scheduler.GoodbyeTaken ? null : _farewell;

    /// <summary>DATA of ours that the peer has not confirmed.</summary>
    public ulong Unconfirmed => _credit.Sent + (ulong)_outbound.Count - (_machine is { HasHeardBeat: true } machine ? machine.Heard.Received : 0);

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

        _close = new CloseSequence(_plan, now);
        _window.Consume(_window.Unread);
        _inbound.Clear();
        bool isHandshaking = IsStarted && !IsOpen && !HasEnded;
        if (Loss is not null || (!IsOpen && !(isHandshaking && _outbound.Count > 0)))
        {
            return CloseIsOver(confirmed: Loss is null);
        }

        if (HasEnded)
        {
            // The peer said goodbye first; ours may still have to leave.
            return _scheduler.GoodbyeTaken || !_peerSaidGoodbye ? CloseIsOver(confirmed: true) : SessionSignals.Output | SessionSignals.Wake;
        }

        _scheduler.WantEnd();
        _scheduler.WantGoodbye(code, reason);
        HearOfProgressInTime();
        return SessionSignals.Output | SessionSignals.Wake;
    }

    /// <summary>The peer's beats show that a close moves on: where we asked for none, we do now.</summary>
    private void HearOfProgressInTime()
    {
        HeartbeatRate rate = _machine?.Rate ?? _plan.Rate;
        if (_plan.CloseTimeout >= HeartbeatDefaults.MinDetectWithin && !rate.Judges)
        {
            ChangeRate(HeartbeatRate.Derive(_plan.CloseTimeout, _plan.MinTransmitInterval, _plan.MinReceiveInterval));
        }
    }

    /// <summary>The transport will deliver nothing more.</summary>
    /// <param name="error">Null = an orderly end of its own (FIN).</param>
    /// <param name="now">The present.</param>
    /// <param name="health">Of this process.</param>
    public SessionSignals OnReadEnded(Exception? error, Instant now, in LocalHealth health)
    {
        if (_close is not null)
        {
            return CloseIsOver(confirmed: _peerSaidGoodbye || EverythingIsConfirmed);
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
            return EndOrderly();
        }

        return Lose(LossKind.ClosedWithoutGoodbye, now, health);
    }

    private bool EverythingIsConfirmed => _machine is not null && Unconfirmed == 0;

    private SessionSignals LoseByError(Exception error, Instant now, in LocalHealth health)
    {
        LossKind kind = SocketErrorTable.Classify(error);
        if (kind == LossKind.KeepAliveTimedOut && _machine is { } machine && machine.Timing.Bound != TimeSpan.MaxValue
            && machine.Silence(now, health) >= machine.Timing.Deadline - (machine.Timing.Bound / 4))
        {
            // The kernel was a moment faster than we are, with less knowledge: one cut has one name.
            kind = LossKind.HeartbeatTimedOut;
        }

        return Lose(kind, now, health, error: error);
    }

    private SessionSignals EndOrderly()
    {
        HasEnded = true;
        _window.End();
        return SessionSignals.Ended | SessionSignals.StateChanged | SessionSignals.Readable | SessionSignals.Writable;
    }

    private SessionSignals CloseIsOver(bool confirmed)
    {
        if (CloseIsDone)
        {
            return SessionSignals.None;
        }

        CloseIsDone = true;
        CloseWasConfirmed = confirmed;
        SessionSignals ended = HasEnded ? SessionSignals.None : EndOrderly();
        return ended | SessionSignals.CloseOver;
    }
}
