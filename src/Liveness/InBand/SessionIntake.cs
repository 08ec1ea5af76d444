namespace Liveness;

/// <summary>The way in: frames, what they break, and the application's reads.</summary>
/// <remarks>
/// A struct in its session, which hands it out by reference and gives itself to each call: a beat that comes in touches one object less.
/// Never copy it.
/// </remarks>
// Long, because a frame is followed from its header to the application in one place.
internal struct SessionIntake()
{
    /// <summary>From here on a frame is worth a receive of its own, straight into the application's buffer.</summary>
    private const int LargeFrame = 16 * 1024;

    /// <summary>Less than this unread at the peer is what its reader is about to take.</summary>
    private const int LittleUnread = 16 * 1024;

    /// <summary>A mutable struct: never readonly.</summary>
    private FrameReader _reader = new(WireLimits.MaxDataPayload);

    /// <summary>What the application has not read yet.</summary>
    private ByteQueue? _inbound;

    /// <inheritdoc cref="InBandSession.PeerHasEnded"/>
    public bool PeerHasEnded { get; private set; }

    public bool PeerSaidGoodbye { get; private set; }

    /// <summary>The application has come to the end.</summary>
    public bool EndWasRead { get; private set; }

    /// <inheritdoc cref="InBandSession.DirectBytes"/>
    public readonly int DirectBytes(InBandSession session) =>
        Unread == 0 && session.Close is null && !TakesNothingMore(session) ? _reader.FrameDataRemaining : 0;

    /// <inheritdoc cref="InBandSession.FramesAreLarge"/>
    public readonly bool FramesAreLarge => _reader.LastFrameData >= LargeFrame;

    /// <inheritdoc cref="InBandSession.FramesAreFull"/>
    public readonly bool FramesAreFull => _reader.LastFrameData == WireLimits.MaxDataPayload;

    /// <inheritdoc cref="InBandSession.AtFrameBoundary"/>
    public readonly bool AtFrameBoundary => _reader.AtFrameBoundary;

    /// <summary>The first bytes of the peer: evidence where it speaks another protocol.</summary>
    public readonly ReadOnlyMemory<byte> FirstBytes => _reader.FirstBytes;

    private readonly int Unread => _inbound?.Count ?? 0;

    private readonly bool TakesNothingMore(InBandSession session) =>
        session.CloseIsDone || (session.HasEnded && session.Close is null) || PeerSaidGoodbye;

    /// <summary>The application closes: nobody will read it.</summary>
    public readonly void DiscardUnread(InBandSession session)
    {
        session.Window.Consume(session.Window.Unread);
        _inbound?.Clear();
    }

    /// <inheritdoc cref="InBandSession.OnReceived(ReadOnlySpan{byte}, Instant, in LocalHealth, ref Delivery)"/>
    public SessionSignals OnReceived(
        InBandSession session, ReadOnlySpan<byte> bytes, Instant now, in LocalHealth health, ref Delivery delivery)
    {
        if (TakesNothingMore(session))
        {
            return SessionSignals.None;
        }

        (LivenessState, ConnectionConditions) before = (session.State, session.Conditions);
        NoteLife(session, now);
        SessionSignals signals = SessionSignals.None;
        while (!bytes.IsEmpty)
        {
            FrameEvent found = _reader.Read(ref bytes, out ReadOnlySpan<byte> payload);
            ProtocolRule broken = found == FrameEvent.NeedMore
                ? (DataBegins(_reader.FrameDataRemaining) ? BeginData(session, now) : ProtocolRule.None)
                : Take(session, found, payload, now, health, ref delivery, ref signals);
            if (broken != ProtocolRule.None)
            {
                Offence offence = SessionOffences.Of(broken, _reader, payload, session.Machine, session.Credit, session.Window);
                signals |= session.Ending.Lose(LossKind.ProtocolViolated, now, health, judgedHere: true, rule: broken, offence: offence);
            }

            if (found == FrameEvent.NeedMore || TakesNothingMore(session))
            {
                break;
            }
        }

        if ((signals & (SessionSignals.BeatReceived | SessionSignals.Readable)) != 0)
        {
            signals |= session.WakeIfNearer(now, health);
        }

        return (session.State, session.Conditions) == before ? signals : signals | SessionSignals.StateChanged;
    }

    /// <inheritdoc cref="InBandSession.OnReceivedDirectly"/>
    public SessionSignals OnReceivedDirectly(InBandSession session, int count, Instant now, out int delivered)
    {
        delivered = 0;
        if (TakesNothingMore(session))
        {
            return SessionSignals.None;
        }

        (LivenessState, ConnectionConditions) before = (session.State, session.Conditions);
        NoteLife(session, now);
        _reader.SkipData(count);

        // Only ever the rest of a frame, which was judged when it began.
        session.Window.TryReceive(count, now);
        SessionSignals signals = Consume(session, count);
        delivered = session.Close is not null ? 0 : count;
        return (session.State, session.Conditions) == before ? signals : signals | SessionSignals.StateChanged;
    }

    /// <inheritdoc cref="InBandSession.Read"/>
    public ReadStatus Read(InBandSession session, Span<byte> destination, out int count, out SessionSignals signals)
    {
        signals = SessionSignals.None;
        count = _inbound?.Dequeue(destination) ?? 0;
        if (count > 0)
        {
            signals = Consume(session, count);
            return ReadStatus.Data;
        }

        if (Unread > 0)
        {
            return ReadStatus.Data;
        }

        if (PeerHasEnded || (session.HasEnded && session.Loss is null))
        {
            EndWasRead |= !destination.IsEmpty;
            return ReadStatus.EndOfStream;
        }

        if (session.HasEnded)
        {
            return ReadStatus.Failed;
        }

        session.Window.OnReaderWaits();
        return ReadStatus.Pending;
    }

    private static void NoteLife(InBandSession session, Instant now)
    {
        session.Handshake?.NoteLife(now);
        session.Machine?.OnReceived(now);
    }

    private ProtocolRule Take(
        InBandSession session,
        FrameEvent found,
        scoped ReadOnlySpan<byte> payload,
        Instant now,
        in LocalHealth health,
        ref Delivery delivery,
        ref SessionSignals signals)
    {
        switch (found)
        {
            case FrameEvent.NotLiveness:
                const string Foreign = "the peer's first bytes are not those of Liveness";
                const string Broken = "TLS has agreed on liveness/1 with the peer, but its first bytes are not those of Liveness";
                signals |= session.Ending.Lose(LossKind.PeerNotLiveness, now, health, detail: session.IsNegotiated ? Broken : Foreign);
                return ProtocolRule.None;
            case FrameEvent.Violation:
                return _reader.Violation;
            case FrameEvent.Hello:
                return session.PeerIsKnown
                    ? ProtocolRule.SecondHello
                    : session.Handshake!.TakeHello(FrameDecoder.Hello(payload), now, health, ref signals);
        }

        session.Handshake?.TryOpen(now);
        if (found == FrameEvent.Goodbye)
        {
            return TakeGoodbye(session, FrameDecoder.Goodbye(payload), now, health, ref signals);
        }

        if (session.Machine is not { } machine)
        {
            return ProtocolRule.FrameBeforeHello;
        }

        switch (found)
        {
            case FrameEvent.Data:
                return TakeData(session, payload, now, ref delivery, ref signals);
            case FrameEvent.Beat:
                return TakeBeat(session, machine, FrameDecoder.Beat(payload), now, ref signals);
            case FrameEvent.Credit:
                return TakeCredit(session, machine, FrameDecoder.Credit(payload), now, ref signals);
            case FrameEvent.Rate:
                return TakeRate(session, machine, FrameDecoder.Rate(payload), now, health, ref signals);
            case FrameEvent.End:
                return TakeEnd(machine, now, ref signals);
            case FrameEvent.ReconnectAfter:
                session.Ending.NoteReconnectAfter(FrameDecoder.ReconnectAfter(payload));
                return machine.OnUnasked(now);
            default:
                return machine.OnUnasked(now);
        }
    }

    private ProtocolRule TakeData(
        InBandSession session, scoped ReadOnlySpan<byte> data, Instant now, ref Delivery delivery, ref SessionSignals signals)
    {
        ProtocolRule broken = DataBegins(data.Length + _reader.FrameDataRemaining) ? BeginData(session, now) : ProtocolRule.None;
        if (broken != ProtocolRule.None)
        {
            return broken;
        }

        session.Window.TryReceive(data.Length, now);

        // After our close nobody will read it; it is taken, so that the peer gets to our GOODBYE.
        int taken = session.Close is not null ? data.Length : Unread == 0 ? delivery.Add(data) : 0;
        if (taken > 0)
        {
            signals |= Consume(session, taken);
        }

        if (taken < data.Length)
        {
            (_inbound ??= new ByteQueue(session.Plan.MaxReceiveWindow, session.Pool)).Enqueue(data[taken..]);
            session.Machine?.OnConsumption(session.Counts, now);
            signals |= SessionSignals.Readable;
        }

        return ProtocolRule.None;
    }

    /// <param name="rest">Of the newest DATA frame: what has not been taken in, with what is at hand.</param>
    private readonly bool DataBegins(int rest) => rest > 0 && rest == _reader.LastFrameData;

    /// <summary>A DATA frame is judged as a whole when it begins: its header alone says how far it goes.</summary>
    private readonly ProtocolRule BeginData(InBandSession session, Instant now)
    {
        session.Handshake?.TryOpen(now);
        return !session.IsOpen ? ProtocolRule.FrameBeforeHello
            : PeerHasEnded ? ProtocolRule.DataAfterEnd
            : session.Window.Covers(_reader.LastFrameData) ? ProtocolRule.None
            : ProtocolRule.DataBeyondCredit;
    }

    private static SessionSignals Consume(InBandSession session, int length)
    {
        ref CreditWindow window = ref session.Window;
        window.Consume(length);
        SessionSignals signals = window.GrantIsDue && !session.HasEnded ? SessionSignals.Output : SessionSignals.None;
        if ((session.Conditions & ConnectionConditions.WeAreBehind) != 0 && window.Unread == 0)
        {
            session.Machine?.OnAllConsumed(session.Counts);
            signals |= (session.Conditions & ConnectionConditions.WeAreBehind) == 0 ? SessionSignals.StateChanged : SessionSignals.None;
        }

        return signals;
    }

    private static ProtocolRule TakeBeat(
        InBandSession session, HeartbeatMachine machine, in BeatFrame beat, Instant now, ref SessionSignals signals)
    {
        ulong receivedBefore = machine.HasHeardBeat ? machine.Heard.Received : 0;
        bool wasSettled = machine.RateIsSettled;
        ProtocolRule broken = machine.OnBeat(beat, session.Counts, now, out bool probeAnswered);
        if (broken != ProtocolRule.None)
        {
            return broken;
        }

        session.DeliveryRate?.OnConfirmed(beat.Received, now, readerIsBehind: beat.Received - beat.Consumed > LittleUnread);
        if (beat.Received != receivedBefore)
        {
            session.Close?.Progress(now);
        }

        signals |= SessionSignals.Output | SessionSignals.BeatReceived;
        if (machine.RoundTripIsNew)
        {
            signals |= SessionSignals.RoundTripMeasured;
        }

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

    private static ProtocolRule TakeCredit(
        InBandSession session, HeartbeatMachine machine, ulong offset, Instant now, ref SessionSignals signals)
    {
        ProtocolRule broken = machine.OnCredit(session.Credit.Sent);
        if (broken == ProtocolRule.None)
        {
            broken = session.Credit.Raise(offset);
            NoteDelivery(session, session.Credit, offset, now);
            session.Close?.Progress(now);
        }

        signals |= SessionSignals.Output | SessionSignals.Writable;
        return broken;
    }

    /// <summary>CREDIT runs ahead of what was consumed by the peer's window, which grows by no more than was consumed: so at least half of
    /// what was granted beyond the first credit has arrived.</summary>
    private static void NoteDelivery(InBandSession session, in SendCredit credit, ulong offset, Instant now)
    {
        ulong first = credit.First;
        if (offset > first)
        {
            session.DeliveryRate?.OnConfirmedAtLeast(Math.Min((offset - first) / 2, credit.Sent), now);
        }
    }

    private static ProtocolRule TakeRate(
        InBandSession session, HeartbeatMachine machine, in RateFrame rate, Instant now, in LocalHealth health, ref SessionSignals signals)
    {
        ProtocolRule broken = machine.OnRate(rate, now);
        if (broken != ProtocolRule.None)
        {
            return broken;
        }

        signals |= SessionSignals.Output | SessionSignals.Wake | SessionSignals.StateChanged;
        if (Handshake.IsTooSlow(session.Plan, machine.Rate, rate.Intervals))
        {
            signals |= session.Ending.Lose(LossKind.BoundExceeded, now, health, judgedHere: true, Handshake.TooSlow(rate.Intervals));
        }

        return ProtocolRule.None;
    }

    private ProtocolRule TakeEnd(HeartbeatMachine machine, Instant now, ref SessionSignals signals)
    {
        if (PeerHasEnded)
        {
            return ProtocolRule.SecondEnd;
        }

        PeerHasEnded = true;
        signals |= SessionSignals.Readable;
        return machine.OnUnasked(now);
    }

    /// <summary>The one frame that may come before our own HELLO has left: a peer need not wait for it to give up.</summary>
    private ProtocolRule TakeGoodbye(
        InBandSession session, in GoodbyeFrame goodbye, Instant now, in LocalHealth health, ref SessionSignals signals)
    {
        ProtocolRule broken = session.Machine?.OnUnasked(now) ?? ProtocolRule.None;
        if (broken != ProtocolRule.None)
        {
            return broken;
        }

        PeerSaidGoodbye = true;
        signals |= goodbye.IsOrderly
            ? session.Ending.TakeOrderlyGoodbye(goodbye, now)
            : session.Ending.Lose(LossKind.PeerGaveUp, now, health, goodbye: goodbye);
        return ProtocolRule.None;
    }
}
