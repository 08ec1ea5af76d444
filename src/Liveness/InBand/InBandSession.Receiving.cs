namespace Liveness;

/// <content>The way in: frames, what they break, and the application's reads.</content>
internal sealed partial class InBandSession
{
    /// <summary>From here on a frame is worth a receive of its own, straight into the application's buffer.</summary>
    private const int LargeFrame = 16 * 1024;

    private bool _peerEnded;
    private bool _peerSaidGoodbye;

    /// <summary>The peer has said that it sends no more DATA.</summary>
    public bool PeerHasEnded => _peerEnded;

    private bool TakesNothingMore => CloseIsDone || (HasEnded && _close is null) || _peerSaidGoodbye;

    /// <summary>
    /// What is left of a DATA frame, where it may go straight into the application's buffer: nothing lies unread before it.
    /// </summary>
    public int DirectBytes => _inbound.Count == 0 && _close is null && !TakesNothingMore ? _reader.FrameDataRemaining : 0;

    /// <summary>The peer sends frames that are worth a receive of their own.</summary>
    public bool FramesAreLarge => _reader.LastFrameData >= LargeFrame;

    /// <summary>Takes in what the transport delivered.</summary>
    public SessionSignals OnReceived(ReadOnlySpan<byte> bytes, Instant now, in LocalHealth health)
    {
        Delivery nobodyReads = default;
        return OnReceived(bytes, now, health, ref nobodyReads);
    }

    /// <summary>Takes in what the transport delivered; data goes to whoever waits for it first.</summary>
    public SessionSignals OnReceived(ReadOnlySpan<byte> bytes, Instant now, in LocalHealth health, ref Delivery delivery)
    {
        if (TakesNothingMore)
        {
            return SessionSignals.None;
        }

        (ConnectionState, ConnectionConditions) before = (State, Conditions);
        NoteLife(now);
        SessionSignals signals = SessionSignals.None;
        while (!bytes.IsEmpty)
        {
            FrameEvent found = _reader.Read(ref bytes, out ReadOnlySpan<byte> payload);
            ProtocolRule broken = found == FrameEvent.NeedMore
                ? (DataBegins(_reader.FrameDataRemaining) ? BeginData(now) : ProtocolRule.None)
                : Take(found, payload, now, health, ref delivery, ref signals);
            if (broken != ProtocolRule.None)
            {
                signals |= Violated(broken, payload, now, health);
            }

            if (found == FrameEvent.NeedMore || TakesNothingMore)
            {
                break;
            }
        }

        if ((signals & (SessionSignals.BeatReceived | SessionSignals.Readable)) != 0)
        {
            signals |= WakeIfNearer(now, health);
        }

        return (State, Conditions) == before ? signals : signals | SessionSignals.StateChanged;
    }

    /// <summary>Takes in what was received straight into the application's buffer.</summary>
    /// <param name="count">How many bytes, at most <see cref="DirectBytes"/>.</param>
    /// <param name="now">The present.</param>
    /// <param name="health">Of this process.</param>
    /// <param name="delivered">How many of them are the application's: all, or none where the connection has ended.</param>
    public SessionSignals OnReceivedDirectly(int count, Instant now, in LocalHealth health, out int delivered)
    {
        delivered = 0;
        if (TakesNothingMore)
        {
            return SessionSignals.None;
        }

        (ConnectionState, ConnectionConditions) before = (State, Conditions);
        NoteLife(now);
        _reader.SkipData(count);

        // Only ever the rest of a frame, which was judged when it began.
        _window.TryReceive(count, now);
        SessionSignals signals = Consume(count);
        delivered = _close is not null ? 0 : count;
        return (State, Conditions) == before ? signals : signals | SessionSignals.StateChanged;
    }

    /// <summary>Hands received bytes to the application.</summary>
    public ReadStatus Read(Span<byte> destination, out int count, out SessionSignals signals)
    {
        signals = SessionSignals.None;
        count = _inbound.Dequeue(destination);
        if (count > 0)
        {
            signals = Consume(count);
            return ReadStatus.Data;
        }

        if (_inbound.Count > 0)
        {
            return ReadStatus.Data;
        }

        if (_peerEnded || (HasEnded && Loss is null))
        {
            _endWasRead |= !destination.IsEmpty;
            return ReadStatus.EndOfStream;
        }

        if (HasEnded)
        {
            return ReadStatus.Failed;
        }

        _window.OnReaderWaits();
        return ReadStatus.Pending;
    }

    private void NoteLife(Instant now)
    {
        _lastReceived = now;
        _receivedAnything = true;
        _machine?.OnReceived(now);
    }

    private ProtocolRule Take(FrameEvent found, scoped ReadOnlySpan<byte> payload, Instant now, in LocalHealth health, ref Delivery delivery, ref SessionSignals signals)
    {
        switch (found)
        {
            case FrameEvent.NotLiveness:
                signals |= Lose(LossKind.PeerNotLiveness, now, health, detail: "the peer's first bytes are not those of Liveness");
                return ProtocolRule.None;
            case FrameEvent.Violation:
                return _reader.Violation;
            case FrameEvent.Hello:
                return TakeHello(FrameDecoder.Hello(payload), now, health, ref signals);
        }

        OpenIfBothHellosAreThrough(now);
        if (found == FrameEvent.Goodbye)
        {
            return TakeGoodbye(FrameDecoder.Goodbye(payload), now, health, ref signals);
        }

        if (_machine is null)
        {
            return ProtocolRule.FrameBeforeHello;
        }

        switch (found)
        {
            case FrameEvent.Data:
                return TakeData(payload, now, ref delivery, ref signals);
            case FrameEvent.Beat:
                return TakeBeat(_machine, FrameDecoder.Beat(payload), now, ref signals);
            case FrameEvent.Credit:
                return TakeCredit(_machine, FrameDecoder.Credit(payload), now, ref signals);
            case FrameEvent.Rate:
                return TakeRate(_machine, FrameDecoder.Rate(payload), now, health, ref signals);
            case FrameEvent.End:
                return TakeEnd(_machine, now, ref signals);
            default:
                return _machine.OnUnasked(now);
        }
    }

    private ProtocolRule TakeData(scoped ReadOnlySpan<byte> data, Instant now, ref Delivery delivery, ref SessionSignals signals)
    {
        ProtocolRule broken = DataBegins(data.Length + _reader.FrameDataRemaining) ? BeginData(now) : ProtocolRule.None;
        if (broken != ProtocolRule.None)
        {
            return broken;
        }

        _window.TryReceive(data.Length, now);

        // After our close nobody will read it; it is taken, so that the peer gets to our GOODBYE.
        int taken = _close is not null ? data.Length : _inbound.Count == 0 ? delivery.Add(data) : 0;
        if (taken > 0)
        {
            signals |= Consume(taken);
        }

        if (taken < data.Length)
        {
            _inbound.Enqueue(data[taken..]);
            _machine?.OnConsumption(Counts, now);
            signals |= SessionSignals.Readable;
        }

        return ProtocolRule.None;
    }

    /// <param name="rest">Of the newest DATA frame: what has not been taken in, with what is at hand.</param>
    private bool DataBegins(int rest) => rest > 0 && rest == _reader.LastFrameData;

    /// <summary>A DATA frame is judged as a whole when it begins: its header alone says how far it goes.</summary>
    private ProtocolRule BeginData(Instant now)
    {
        OpenIfBothHellosAreThrough(now);
        return _machine is null ? ProtocolRule.FrameBeforeHello
            : _peerEnded ? ProtocolRule.DataAfterEnd
            : _window.Covers(_reader.LastFrameData) ? ProtocolRule.None
            : ProtocolRule.DataBeyondCredit;
    }

    private SessionSignals Consume(int length)
    {
        _window.Consume(length);
        SessionSignals signals = _window.GrantIsDue && !HasEnded ? SessionSignals.Output : SessionSignals.None;
        if ((Conditions & ConnectionConditions.WeAreBehind) != 0 && _window.Unread == 0)
        {
            _machine?.OnAllConsumed(Counts);
            signals |= (Conditions & ConnectionConditions.WeAreBehind) == 0 ? SessionSignals.StateChanged : SessionSignals.None;
        }

        return signals;
    }

    private ProtocolRule TakeBeat(HeartbeatMachine machine, in BeatFrame beat, Instant now, ref SessionSignals signals)
    {
        ulong receivedBefore = machine.HasHeardBeat ? machine.Heard.Received : 0;
        bool wasSettled = machine.RateIsSettled;
        ProtocolRule broken = machine.OnBeat(beat, Counts, now, out bool probeAnswered);
        if (broken != ProtocolRule.None)
        {
            return broken;
        }

        NoteDelivery(beat, now);
        if (beat.Received != receivedBefore)
        {
            _close?.Progress(now);
        }

        signals |= machine.RoundTripIsNew ? SessionSignals.BeatReceived | SessionSignals.RoundTripMeasured : SessionSignals.BeatReceived;

        signals |= SessionSignals.Output;
        if (machine.RateIsSettled && !wasSettled)
        {
            // What the new value comes to is known from now on.
            signals |= SessionSignals.StateChanged;
        }

        if (probeAnswered)
        {
            signals |= SessionSignals.ProbeAnswered;
        }

        return ProtocolRule.None;
    }

    private ProtocolRule TakeCredit(HeartbeatMachine machine, ulong offset, Instant now, ref SessionSignals signals)
    {
        ProtocolRule broken = machine.OnCredit(_credit.Sent);
        if (broken == ProtocolRule.None)
        {
            broken = _credit.Raise(offset);
            NoteDelivery(offset, now);
            _close?.Progress(now);
        }

        signals |= SessionSignals.Output | SessionSignals.Writable;
        return broken;
    }

    private ProtocolRule TakeEnd(HeartbeatMachine machine, Instant now, ref SessionSignals signals)
    {
        if (_peerEnded)
        {
            return ProtocolRule.SecondEnd;
        }

        _peerEnded = true;
        signals |= SessionSignals.Readable;
        return machine.OnUnasked(now);
    }

    /// <summary>The one frame that may come before our own HELLO has left: a peer need not wait for it to give up.</summary>
    private ProtocolRule TakeGoodbye(in GoodbyeFrame goodbye, Instant now, in LocalHealth health, ref SessionSignals signals)
    {
        ProtocolRule broken = _machine?.OnUnasked(now) ?? ProtocolRule.None;
        if (broken != ProtocolRule.None)
        {
            return broken;
        }

        _peerSaidGoodbye = true;
        signals |= goodbye.IsOrderly ? TakeOrderlyGoodbye(now) : Lose(LossKind.PeerGaveUp, now, health, goodbye: goodbye);
        return ProtocolRule.None;
    }
}
