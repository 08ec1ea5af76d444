namespace Liveness;

/// <content>The way out: the application's writes, and what is handed to the transport.</content>
internal sealed partial class InBandSession
{
    /// <summary>So much room <see cref="TakeOutput"/> needs at least.</summary>
    public const int ControlOutput = SendScheduler.ControlSize;

    /// <summary>As much room as it can make use of.</summary>
    public const int LargestOutput = SendScheduler.ControlSize + WireLimits.MaxDataPayload;

    /// <summary>In front of every payload.</summary>
    public const int FrameHeader = WireLimits.HeaderSize;

    /// <summary>So much room <see cref="WriteFarewell"/> needs.</summary>
    public const int FarewellOutput = WireLimits.MaxControlFrame;

    private Exception? _writeFailure;
    private Instant _writeFailedAt;

    /// <summary>The application will write no more.</summary>
    public bool WritesAreCompleted => _scheduler.EndIsWanted;

    /// <summary>The last frame of this direction was handed over: nothing may follow.</summary>
    public bool GoodbyeWasTaken => _scheduler.GoodbyeTaken;

    /// <summary>Bytes accepted from the application and not handed over yet.</summary>
    public int Unsent => _outbound.Count;

    /// <summary>Accepts what there is room for.</summary>
    /// <returns>How many bytes that was; 0 = wait for <see cref="SessionSignals.Writable"/>.</returns>
    public int Accept(ReadOnlySpan<byte> data) => _outbound.Enqueue(data);

    /// <summary>Half close: no DATA after what was accepted so far.</summary>
    public SessionSignals CompleteWrites()
    {
        _scheduler.WantEnd();
        return SessionSignals.Output;
    }

    /// <summary>Room for more of them.</summary>
    public int Room => _outbound.Free;

    /// <summary>What the application lends to <see cref="TakeOutput"/> would be sent now.</summary>
    public bool CanSendLent => !HasEnded && _writeFailure is null && _scheduler.CanSendLent;

    public bool HasOutput(Instant now) => _writeFailure is null && Loss is null && _scheduler.HasOutput(now);

    /// <summary>Encodes what is handed to the transport next.</summary>
    /// <param name="buffer">At least <see cref="SendScheduler.ControlSize"/>; what is left holds a DATA frame.</param>
    /// <param name="now">The present.</param>
    /// <param name="health">Of this process.</param>
    /// <param name="signals">What to do once the lock is released.</param>
    /// <param name="lent">How many bytes the application has beside those accepted.</param>
    public Output TakeOutput(Span<byte> buffer, Instant now, in LocalHealth health, out SessionSignals signals, int lent = 0)
    {
        signals = SessionSignals.None;
        if (_writeFailure is not null || Loss is not null)
        {
            return default;
        }

        // Frames are handed over one after the other: the one before has gone through.
        _deliveryRate.OnTransportFree();
        int unsent = _outbound.Count;
        ulong dataBefore = _credit.Sent;
        ConnectionConditions conditionsBefore = Conditions;
        (long, uint) sent = (_machine?.BeatsSent ?? 0, _machine?.RatesSent ?? 0);
        Output output = _scheduler.Take(buffer, now, health, lent);
        if (_machine is null)
        {
            OpenIfBothHellosAreThrough(now);
            signals |= IsOpen ? SessionSignals.Output | SessionSignals.Wake | SessionSignals.StateChanged | SessionSignals.Opened : SessionSignals.None;
        }

        if (output.Lent > 0)
        {
            _close?.Progress(now);
        }
        else if (_outbound.Count < unsent)
        {
            _close?.Progress(now);
            signals |= SessionSignals.Writable;
        }

        if (_credit.Sent != dataBefore && _machine!.OnDataSent(now))
        {
            signals |= WakeIfNearer(now, health);
        }

        if (_machine is not null && (_machine.BeatsSent, _machine.RatesSent) != sent)
        {
            // The next beat may be due earlier than what is filed.
            signals |= _machine.BeatsSent == sent.Item1 ? SessionSignals.Wake : SessionSignals.Wake | SessionSignals.BeatSent;
        }

        if (Conditions != conditionsBefore)
        {
            signals |= SessionSignals.StateChanged;
        }

        if (output.Length > 0 && _scheduler.GoodbyeTaken && _close is not null)
        {
            _close.LookFrom(now);
            signals |= _peerSaidGoodbye ? CloseIsOver(inGoodOrder: true) : SessionSignals.Wake;
        }

        return output;
    }

    /// <summary>One more DATA frame for the same call, of the application's bytes alone.</summary>
    /// <param name="lent">How many there are.</param>
    /// <param name="batch">How much goes in the call already.</param>
    /// <param name="header">The header is written there; <see cref="FrameHeader"/> bytes.</param>
    /// <returns>Its payload; 0 = none.</returns>
    public int TakeFrameOfLent(int lent, int batch, Span<byte> header)
    {
        int payload = Math.Min(_scheduler.FrameSize, lent);
        if (payload == 0 || batch + payload > BatchSize || !CanSendLent || _outbound.Count > 0)
        {
            return 0;
        }

        payload = Math.Min(payload, _credit.Available);
        _credit.Spend(payload);
        FrameWriter.WriteDataHeader(header, payload);
        return payload;
    }

    /// <summary>Frames taken last were not begun: they are as if they had never been taken.</summary>
    public void Refund(int payload) => _credit.Refund(payload);

    /// <summary>A failed write stops sending and is evidence; it is judged only if the read side does not explain it soon.</summary>
    public SessionSignals OnWriteFailed(Exception failure, Instant now)
    {
        if (_writeFailure is null)
        {
            _writeFailure = failure;
            _writeFailedAt = now;
        }

        return SessionSignals.Wake;
    }

    /// <summary>Encodes the goodbye to a peer that is judged: <see cref="Farewell"/>.</summary>
    /// <param name="frame">At least <see cref="FarewellOutput"/>.</param>
    /// <param name="reason">For a person; null = that of our abort, if any.</param>
    /// <returns>Its length; 0 = nothing is to be said.</returns>
    public int WriteFarewell(Span<byte> frame, string? reason) =>
        Farewell is { } code ? FrameWriter.WriteGoodbye(frame, code, reason ?? AbortReason) : 0;
}
