namespace Liveness;

/// <summary>Decides what is handed to the transport next, and encodes it: one slot for each kind of control frame, merged while it waits;
/// control before data; END and GOODBYE behind all data. HELLO, which goes before all that, is the handshake's.</summary>
/// <remarks>A struct in its session, which hands it out by reference and gives itself to each call. Never copy it.</remarks>
internal struct SendScheduler()
{
    /// <summary>Room that <see cref="Take"/> needs at least: every control frame. What is left holds a DATA frame.</summary>
    public const int ControlSize = (7 * WireLimits.HeaderSize) + WireLimits.HelloPayload + WireLimits.BeatPayload
        + WireLimits.CreditPayload + WireLimits.RatePayload + WireLimits.ReconnectAfterPayload + WireLimits.MaxControlFrame;

    /// <summary>A record that holds no more costs more than it carries: system calls aside, sealing and opening it take as long as for
    /// some hundred bytes.</summary>
    private const int MostSpill = 512;

    private LastWord? _goodbyeWanted;
    private ulong _toldReceived;
    private bool _endWanted;
    private bool _tellsCounts;

    /// <inheritdoc cref="Transport.RecordSize"/>
    public int RecordSize { get; set; }

    /// <summary>The largest DATA payload that suits the transport, and that the peer takes.</summary>
    public int MostPayload { get; set; } = WireLimits.MaxDataPayload;

    /// <summary>END and GOODBYE wait for writes that were called before they were wanted.</summary>
    public bool AwaitsWriters { get; set; }

    public bool EndTaken { get; private set; }

    public readonly bool EndIsWanted => _endWanted || EndTaken;

    public bool GoodbyeTaken { get; private set; }

    public void WantEnd() => _endWanted = true;

    /// <summary>The first wins.</summary>
    /// <param name="word">What it says.</param>
    /// <param name="tellsCounts">Before it the peer is told what has arrived of its own: it learns what it would not learn any
    /// more.</param>
    public void WantGoodbye(LastWord word, bool tellsCounts = false)
    {
        if (_goodbyeWanted is null)
        {
            _goodbyeWanted = word;
            _tellsCounts = tellsCounts;
        }
    }

    /// <summary>The largest DATA payload now: a beat never waits behind more than an eighth of the bound's worth.</summary>
    public readonly int FrameSize(InBandSession session) =>
        Math.Min(MostPayload, Rate(session).FrameSize(ShorterBound(session)));

    /// <summary>What may be handed to the transport in one call at most.</summary>
    public static int BatchSize(InBandSession session) => Rate(session).BatchSize(ShorterBound(session));

    /// <summary>For TCP_NOTSENT_LOWAT.</summary>
    public static int NotSentLowWater(InBandSession session) => Rate(session).NotSentLowWater(ShorterBound(session));

    /// <summary>Bytes of the application would go now.</summary>
    public readonly bool CanSendLent(InBandSession session) =>
        session.IsOpen && (AwaitsWriters || (!EndIsWanted && _goodbyeWanted is null)) && session.Credit.Available > 0;

    public readonly bool HasOutput(InBandSession session, Instant now)
    {
        if (session.Handshake is { HelloIsWanted: true })
        {
            return true;
        }

        if (session.Machine is not { } machine || GoodbyeTaken)
        {
            return false;
        }

        return machine.CanSendRate(now) || machine.CanSendBeat(now) || session.Window.GrantIsDue
            || CanSendData(session) || CanSendEnd(session) || CanSendGoodbye(session);
    }

    /// <summary>No control frame is to be sent, and no end.</summary>
    public readonly bool HasOnlyData(InBandSession session, Instant now) =>
        session.Machine is { } machine && !machine.CanSendRate(now) && !machine.CanSendBeat(now)
        && !session.Window.GrantIsDue && !EndIsWanted && _goodbyeWanted is null;

    /// <summary>Encodes what goes next.</summary>
    /// <param name="session">Whose part this is.</param>
    /// <param name="buffer">At least <see cref="ControlSize"/>.</param>
    /// <param name="now">The present.</param>
    /// <param name="health">Of this process.</param>
    /// <param name="lent">How many bytes the application has beside those accepted, to be sent behind them.</param>
    /// <param name="tailMayWait">Of the last of it a little may be left over, for what is written next.</param>
    public Output Take(
        InBandSession session, Span<byte> buffer, Instant now, in LocalHealth health, int lent = 0, bool tailMayWait = false)
    {
        lent = CanSendLent(session) ? lent : 0;
        int length = session.Handshake is { HelloIsWanted: true } handshake ? handshake.WriteHello(buffer, now) : 0;
        if (session.Machine is not { } machine || GoodbyeTaken)
        {
            return new Output(length, 0, 0);
        }

        ref SendCredit credit = ref session.Credit;
        length += TakeControl(session, machine, buffer[length..], now, health, hasLent: lent > 0);
        int room = buffer.Length - ControlSize;
        int taken = 0;
        int gap = 0;
        if (room > 0 && credit.Available > 0 && (session.Unsent > 0 || lent > 0))
        {
            int payload = Math.Min(Math.Min(room, credit.Available), FrameSize(session));
            int queued = Math.Min(payload, session.Unsent);
            taken = Math.Min(payload - queued, lent);
            if (tailMayWait || queued < session.Unsent || taken < lent)
            {
                payload = queued + taken;
                payload -= Spill(length + WireLimits.HeaderSize + payload);
                queued = Math.Min(payload, queued);
                taken = payload - queued;
            }

            length += FrameWriter.WriteDataHeader(buffer[length..], queued + taken);
            length += session.Outbound?.Dequeue(buffer.Slice(length, queued)) ?? 0;
            gap = length;
            length += taken;
            credit.Spend(queued + taken);
        }

        if (CanSendGoodbye(session) && _tellsCounts && _toldReceived != session.Window.Received)
        {
            length += FrameWriter.WriteBeat(buffer[length..], machine.TakeLastBeat(now, session.Counts, health));
        }

        if (CanSendEnd(session))
        {
            EndTaken = true;
            length += FrameWriter.WriteEnd(buffer[length..]);
        }

        if (CanSendGoodbye(session))
        {
            GoodbyeTaken = true;
            if (_goodbyeWanted!.ReconnectAfter is { } after)
            {
                length += FrameWriter.WriteReconnectAfter(buffer[length..], after);
            }

            length += FrameWriter.WriteGoodbye(buffer[length..], _goodbyeWanted.Code, _goodbyeWanted.Text);
        }

        return new Output(length, gap, taken);
    }

    /// <inheritdoc cref="InBandSession.TakeFrameOfLent"/>
    public readonly int TakeFrameOfLent(InBandSession session, int lent, int batch, Span<byte> header)
    {
        int payload = Math.Min(FrameSize(session), lent);
        if (payload == 0 || batch + payload > BatchSize(session) || !CanSendLent(session) || session.Unsent > 0)
        {
            return 0;
        }

        payload = Math.Min(payload, session.Credit.Available);
        session.Credit.Spend(payload);
        FrameWriter.WriteDataHeader(header, payload);
        return payload;
    }

    private static DeliveryRate Rate(InBandSession session) => session.DeliveryRate ?? DeliveryRate.Unknown;

    private static TimeSpan ShorterBound(InBandSession session) => session.Machine?.Timing.ShorterBound ?? TimeSpan.MaxValue;

    /// <summary>What of a write of that length would lie in a record of its own, where that is too little for one.</summary>
    private readonly int Spill(int length)
    {
        int spill = RecordSize > 0 && length > RecordSize ? length % RecordSize : 0;
        return spill <= MostSpill ? spill : 0;
    }

    private static bool CanSendData(InBandSession session) => session.Unsent > 0 && session.Credit.Available > 0;

    private readonly bool CanSendEnd(InBandSession session) => _endWanted && !EndTaken && session.Unsent == 0 && !AwaitsWriters;

    private readonly bool CanSendGoodbye(InBandSession session) => _goodbyeWanted is not null && session.Unsent == 0 && !AwaitsWriters;

    private int TakeControl(
        InBandSession session, HeartbeatMachine machine, Span<byte> buffer, Instant now, in LocalHealth health, bool hasLent)
    {
        int length = 0;
        if (machine.CanSendRate(now))
        {
            length += FrameWriter.WriteRate(buffer[length..], machine.TakeRate(now));
        }

        bool rides = length > 0 || machine.CanSendBeat(now) || CanSendData(session) || hasLent;
        if (session.Window.TryTakeGrant(now, PathFacts.Of(machine), rides, out ulong offset))
        {
            length += FrameWriter.WriteCredit(buffer[length..], offset);
        }

        if (machine.CanSendBeat(now))
        {
            StreamCounts counts = session.Counts;
            _toldReceived = counts.Received;
            length += FrameWriter.WriteBeat(buffer[length..], machine.TakeBeat(now, counts, health));
        }

        return length;
    }
}
