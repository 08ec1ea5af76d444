namespace Liveness.Tests.Support;

/// <summary>One session with its application, process and transport played by hand; times are milliseconds.</summary>
internal sealed class SessionEnd(HeartbeatOptions? options = null, ulong id = 1) : ITransportWitness
{
    private readonly byte[] _buffer = new byte[SendScheduler.ControlSize + (16 * 1024)];

    public InBandSession Session { get; } = new(
        HeartbeatPlan.Create(options ?? new HeartbeatOptions { DetectWithin = TimeSpan.FromSeconds(4) }),
        instanceId: 77,
        endpointId: new UInt128(id, id));

    /// <summary>All that the session has asked for so far.</summary>
    public SessionSignals Signals { get; private set; }

    public PauseLedger Pauses { get; set; } = PauseLedger.Empty;

    public WitnessReading Witness { get; set; } = new(0, HidesCompletedReads: false, ReadNotParsed: false);

    /// <summary>In milliseconds.</summary>
    public double PoolLag { get; set; }

    public PauseLedger PoolSpells { get; set; } = PauseLedger.Empty;

    public LocalHealth Health => new(Pauses, TimeSpan.FromMilliseconds(PoolLag)) { PoolSpells = PoolSpells };

    public LossObservation? Loss => Session.Loss;

    public void Start(double at) => Note(Session.Start(MachineRig.At(at)));

    public void Tick(double at) => Note(Session.Tick(MachineRig.At(at), Health, this));

    public void Receive(double at, params byte[][] frames)
    {
        foreach (byte[] frame in frames)
        {
            Note(Session.OnReceived(frame, MachineRig.At(at), Health));
        }
    }

    /// <summary>The next that goes to the transport in one piece; empty = nothing.</summary>
    public byte[] TakeOnce(double at)
    {
        int length = Session.TakeOutput(_buffer, MachineRig.At(at), Health, out SessionSignals signals).Length;
        Note(signals);
        return _buffer[..length];
    }

    /// <summary>Ticks, and takes all that is to be sent now.</summary>
    public byte[] Take(double at)
    {
        Tick(at);
        List<byte> all = [];
        while (Session.HasOutput(MachineRig.At(at)) && TakeOnce(at) is { Length: > 0 } taken)
        {
            all.AddRange(taken);
        }

        return [.. all];
    }

    public int Write(params byte[] data) => Session.Accept(data);

    public void Close(double at, LastWord? word = null) => Note(Session.BeginClose(MachineRig.At(at), word));

    public void Abort(double at, string? reason) => Note(Session.Abort(MachineRig.At(at), reason));

    public void CompleteWrites() => Note(Session.CompleteWrites());

    public void EndOfRead(double at, Exception? error = null) => Note(Session.OnReadEnded(error, MachineRig.At(at), Health));

    public void FailWrite(double at, Exception error) => Note(Session.OnWriteFailed(error, MachineRig.At(at)));

    public ReadStatus Read(out byte[] data, int most = 1 << 20)
    {
        byte[] buffer = new byte[most];
        ReadStatus status = Session.Read(buffer, out int count, out SessionSignals signals);
        Note(signals);
        data = buffer[..count];
        return status;
    }

    public double NextWake(double now)
    {
        Instant wake = Session.NextWake(MachineRig.At(now), Health);
        return wake == Instant.Never ? double.PositiveInfinity : (wake - MachineRig.At(0)).TotalMilliseconds;
    }

    /// <summary>Wakes it whenever it asks to, with nobody at the other end.</summary>
    public double CloseIsOverAt(double from)
    {
        double now = from;
        Tick(now);
        while (!Session.CloseIsDone)
        {
            double next = NextWake(now);
            next.Should().BeGreaterThan(now);
            now = next;
            Tick(now);
        }

        return now;
    }

    public bool TakeSignal(SessionSignals signal)
    {
        bool set = (Signals & signal) != 0;
        Signals &= ~signal;
        return set;
    }

    private void Note(SessionSignals signals) => Signals |= signals;

    WitnessReading ITransportWitness.Read() => Witness;
}
