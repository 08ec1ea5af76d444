namespace Liveness;

/// <summary>Decides what is handed to the transport next, and encodes it: one slot for each kind of control frame, merged while it waits;
/// control before data; END and GOODBYE behind all data.</summary>
internal sealed class SendScheduler
{
    /// <summary>Room that <see cref="Take"/> needs at least: every control frame. What is left holds a DATA frame.</summary>
    public const int ControlSize = (7 * WireLimits.HeaderSize) + WireLimits.HelloPayload + WireLimits.BeatPayload
        + WireLimits.CreditPayload + WireLimits.RatePayload + WireLimits.ReconnectAfterPayload + WireLimits.MaxControlFrame;

    /// <summary>A record that holds no more costs more than it carries: system calls aside, sealing and opening it take as long as for
    /// some hundred bytes.</summary>
    private const int MostSpill = 512;

    private readonly InBandSession _session;
    private bool _helloWanted;
    private bool _endWanted;
    private LastWord? _goodbyeWanted;
    private bool _tellsCounts;
    private ulong _toldReceived;

    /// <summary>Null once it was sent.</summary>
    private HelloFrame? _hello;

    public SendScheduler(HelloFrame hello, InBandSession session)
    {
        _hello = hello;
        _session = session;
    }

    /// <summary>Set once both HELLOs are through: nothing but HELLO is sent before.</summary>
    public HeartbeatMachine? Machine { get; set; }

    /// <summary>The largest DATA payload that the peer takes.</summary>
    public int MaxFrame { get; set; } = WireLimits.MaxDataPayload;

    /// <inheritdoc cref="Transport.RecordSize"/>
    public int RecordSize { get; set; }

    /// <inheritdoc cref="Transport.MostPayload"/>
    public int MostPayload { get; set; } = WireLimits.MaxDataPayload;

    /// <summary>The largest DATA payload now: a beat never waits behind more than an eighth of the bound's worth.</summary>
    public int FrameSize => Math.Min(Math.Min(MostPayload, MaxFrame), Rate.FrameSize(ShorterBound));

    /// <summary>What may be handed to the transport in one call at most.</summary>
    public int BatchSize => Rate.BatchSize(ShorterBound);

    /// <summary>For TCP_NOTSENT_LOWAT.</summary>
    public int NotSentLowWater => Rate.NotSentLowWater(ShorterBound);

    /// <summary>Bytes of the application would go now.</summary>
    public bool CanSendLent =>
        Machine is not null && (AwaitsWriters || (!EndIsWanted && _goodbyeWanted is null)) && Credit.Available > 0;

    /// <summary>END and GOODBYE wait for writes that were called before they were wanted.</summary>
    public bool AwaitsWriters { get; set; }

    public Instant? HelloTakenAt { get; private set; }

    public bool EndTaken { get; private set; }

    public bool EndIsWanted => _endWanted || EndTaken;

    public bool GoodbyeTaken { get; private set; }

    public void WantHello() => _helloWanted = true;

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

    public bool HasOutput(Instant now)
    {
        if (_helloWanted)
        {
            return true;
        }

        if (Machine is null || GoodbyeTaken)
        {
            return false;
        }

        return Machine.CanSendRate(now) || Machine.CanSendBeat(now) || CanGrant || CanSendData || CanSendEnd || CanSendGoodbye;
    }

    /// <summary>No control frame is to be sent, and no end.</summary>
    public bool HasOnlyData(Instant now) =>
        Machine is { } machine && !machine.CanSendRate(now) && !machine.CanSendBeat(now)
        && !CanGrant && !EndIsWanted && _goodbyeWanted is null;

    /// <summary>Encodes what goes next.</summary>
    /// <param name="buffer">At least <see cref="ControlSize"/>.</param>
    /// <param name="now">The present.</param>
    /// <param name="health">Of this process.</param>
    /// <param name="lent">How many bytes the application has beside those accepted, to be sent behind them.</param>
    /// <param name="tailMayWait">Of the last of it a little may be left over, for what is written next.</param>
    public Output Take(Span<byte> buffer, Instant now, in LocalHealth health, int lent = 0, bool tailMayWait = false)
    {
        int length = 0;
        lent = CanSendLent ? lent : 0;
        if (_helloWanted)
        {
            _helloWanted = false;
            HelloTakenAt = now;
            length += FrameWriter.WriteHello(buffer, _hello!);
            _hello = null;
        }

        if (Machine is null || GoodbyeTaken)
        {
            return new Output(length, 0, 0);
        }

        length += TakeControl(Machine, buffer[length..], now, health, hasLent: lent > 0);
        int room = buffer.Length - ControlSize;
        int taken = 0;
        int gap = 0;
        if (room > 0 && Credit.Available > 0 && (_session.Unsent > 0 || lent > 0))
        {
            int payload = Math.Min(Math.Min(room, Credit.Available), FrameSize);
            int queued = Math.Min(payload, _session.Unsent);
            taken = Math.Min(payload - queued, lent);
            if (tailMayWait || queued < _session.Unsent || taken < lent)
            {
                payload = queued + taken;
                payload -= Spill(length + WireLimits.HeaderSize + payload);
                queued = Math.Min(payload, queued);
                taken = payload - queued;
            }

            length += FrameWriter.WriteDataHeader(buffer[length..], queued + taken);
            length += _session.Outbound?.Dequeue(buffer.Slice(length, queued)) ?? 0;
            gap = length;
            length += taken;
            Credit.Spend(queued + taken);
        }

        if (CanSendGoodbye && _tellsCounts && _toldReceived != Window.Received)
        {
            StreamCounts counts = new(Credit.Sent, Window.Received, Window.Consumed);
            length += FrameWriter.WriteBeat(buffer[length..], Machine.TakeLastBeat(now, counts, health));
        }

        if (CanSendEnd)
        {
            EndTaken = true;
            length += FrameWriter.WriteEnd(buffer[length..]);
        }

        if (CanSendGoodbye)
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
    public int TakeFrameOfLent(int lent, int batch, Span<byte> header)
    {
        int payload = Math.Min(FrameSize, lent);
        if (payload == 0 || batch + payload > BatchSize || !CanSendLent || _session.Unsent > 0)
        {
            return 0;
        }

        payload = Math.Min(payload, Credit.Available);
        Credit.Spend(payload);
        FrameWriter.WriteDataHeader(header, payload);
        return payload;
    }

    private DeliveryRate Rate => _session.DeliveryRate ?? DeliveryRate.Unknown;

    private ref SendCredit Credit => ref _session.Credit;

    private ref CreditWindow Window => ref _session.Window;

    private TimeSpan ShorterBound => Machine?.Timing.ShorterBound ?? TimeSpan.MaxValue;

    /// <summary>What of a write of that length would lie in a record of its own, where that is too little for one.</summary>
    private int Spill(int length)
    {
        int spill = RecordSize > 0 && length > RecordSize ? length % RecordSize : 0;
        return spill <= MostSpill ? spill : 0;
    }

    private bool CanGrant => Window.GrantIsDue;

    private bool CanSendData => _session.Unsent > 0 && Credit.Available > 0;

    private bool CanSendEnd => _endWanted && !EndTaken && _session.Unsent == 0 && !AwaitsWriters;

    private bool CanSendGoodbye => _goodbyeWanted is not null && _session.Unsent == 0 && !AwaitsWriters;

    private int TakeControl(HeartbeatMachine machine, Span<byte> buffer, Instant now, in LocalHealth health, bool hasLent)
    {
        int length = 0;
        if (machine.CanSendRate(now))
        {
            length += FrameWriter.WriteRate(buffer[length..], machine.TakeRate(now));
        }

        bool rides = length > 0 || machine.CanSendBeat(now) || CanSendData || hasLent;
        if (Window.TryTakeGrant(now, PathFacts.Of(machine), rides, out ulong offset))
        {
            length += FrameWriter.WriteCredit(buffer[length..], offset);
        }

        if (machine.CanSendBeat(now))
        {
            StreamCounts counts = new(Credit.Sent, Window.Received, Window.Consumed);
            _toldReceived = counts.Received;
            length += FrameWriter.WriteBeat(buffer[length..], machine.TakeBeat(now, counts, health));
        }

        return length;
    }
}
