namespace Liveness;

/// <summary>Decides what is handed to the transport next, and encodes it: one slot for each kind of control frame, merged while it waits;
/// control before data; END and GOODBYE behind all data.</summary>
internal sealed class SendScheduler
{
    /// <summary>A DATA payload over a transport that takes a write as a whole, as TLS does: nothing of it surfaces before all has arrived.</summary>
    public const int SmallPayload = 16 * 1024;

    private const int BeforeData = (4 * WireLimits.HeaderSize) + WireLimits.HelloPayload + WireLimits.BeatPayload + WireLimits.CreditPayload + WireLimits.RatePayload;
    private const int BehindData = 2 * WireLimits.MaxControlFrame;

    /// <summary>Room for the longest DATA frame with every control frame around it.</summary>
    public const int BufferSize = BeforeData + WireLimits.HeaderSize + WireLimits.MaxDataPayload + BehindData;

    private readonly ByteQueue _data;
    private readonly SendCredit _credit;
    private readonly CreditWindow _window;
    private readonly HelloFrame _hello;
    private readonly DeliveryRate _rate;
    private bool _helloWanted;
    private bool _endWanted;
    private GoodbyeFrame? _goodbyeWanted;

    public SendScheduler(HelloFrame hello, ByteQueue data, SendCredit credit, CreditWindow window, DeliveryRate rate)
    {
        _rate = rate;
        _hello = hello;
        _data = data;
        _credit = credit;
        _window = window;
    }

    /// <summary>Set once both HELLOs are through: nothing but HELLO is sent before.</summary>
    public HeartbeatMachine? Machine { get; set; }

    /// <summary>The largest DATA payload that the peer takes.</summary>
    public int MaxFrame { get; set; } = SmallPayload;

    /// <summary>The largest DATA payload that suits the transport, whatever the rate: <see cref="SmallPayload"/> unless it is a socket.</summary>
    public int MaxPayload { get; set; } = SmallPayload;

    /// <summary>The largest DATA payload now: a beat never waits behind more than an eighth of the bound's worth.</summary>
    public int FrameSize => Math.Min(Math.Min(MaxPayload, MaxFrame), _rate.FrameSize(Machine?.Timing.ShorterBound ?? TimeSpan.MaxValue));

    public Instant? HelloTakenAt { get; private set; }

    public bool EndTaken { get; private set; }

    public bool EndIsWanted => _endWanted || EndTaken;

    public bool GoodbyeTaken { get; private set; }

    public void WantHello() => _helloWanted = true;

    public void WantEnd() => _endWanted = true;

    public void WantGoodbye(GoodbyeCode code) => _goodbyeWanted ??= new GoodbyeFrame(code, string.Empty);

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

    /// <summary>Encodes what goes next.</summary>
    /// <param name="buffer">At least <see cref="BufferSizeFor"/> some payload; a shorter one makes shorter DATA frames.</param>
    /// <param name="now">The present.</param>
    /// <param name="health">Of this process.</param>
    /// <returns>How many bytes of <paramref name="buffer"/> are to be handed over; 0 = nothing to send.</returns>
    public int Take(Span<byte> buffer, Instant now, in LocalHealth health)
    {
        int length = 0;
        if (_helloWanted)
        {
            _helloWanted = false;
            HelloTakenAt = now;
            length += FrameWriter.WriteHello(buffer, _hello);
        }

        if (Machine is null || GoodbyeTaken)
        {
            return length;
        }

        length += TakeControl(Machine, buffer[length..], now, health);
        if (CanSendData)
        {
            length += TakeData(buffer[length..]);
        }

        if (CanSendEnd)
        {
            EndTaken = true;
            length += FrameWriter.WriteEnd(buffer[length..]);
        }

        if (CanSendGoodbye)
        {
            GoodbyeTaken = true;
            length += FrameWriter.WriteGoodbye(buffer[length..], _goodbyeWanted!.Value.Code, _goodbyeWanted.Value.Reason);
        }

        return length;
    }

    /// <summary>Room for a DATA frame of that payload with every control frame around it.</summary>
    public static int BufferSizeFor(int payload) => BufferSize - WireLimits.MaxDataPayload + payload;

    private bool CanGrant => _window.GrantIsDue;

    private bool CanSendData => _data.Count > 0 && _credit.Available > 0;

    private bool CanSendEnd => _endWanted && !EndTaken && _data.Count == 0;

    private bool CanSendGoodbye => _goodbyeWanted is not null && _data.Count == 0;

    private int TakeControl(HeartbeatMachine machine, Span<byte> buffer, Instant now, in LocalHealth health)
    {
        int length = 0;
        if (machine.CanSendRate(now))
        {
            length += FrameWriter.WriteRate(buffer[length..], machine.TakeRate(now));
        }

        bool rides = length > 0 || machine.CanSendBeat(now) || CanSendData;
        if (_window.TryTakeGrant(now, PathFacts.Of(machine), rides, out ulong offset))
        {
            length += FrameWriter.WriteCredit(buffer[length..], offset);
        }

        if (machine.CanSendBeat(now))
        {
            StreamCounts counts = new(_credit.Sent, _window.Received, _window.Consumed);
            length += FrameWriter.WriteBeat(buffer[length..], machine.TakeBeat(now, counts, health));
        }

        return length;
    }

    private int TakeData(Span<byte> buffer)
    {
        int room = buffer.Length - WireLimits.HeaderSize - BehindData;
        int payload = Math.Min(Math.Min(_data.Count, _credit.Available), Math.Min(FrameSize, room));
        int header = FrameWriter.WriteDataHeader(buffer, payload);
        _data.Dequeue(buffer.Slice(header, payload));
        _credit.Spend(payload);
        return header + payload;
    }
}
