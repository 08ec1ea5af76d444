namespace Liveness.Tests.Support;

/// <summary>
/// One machine whose peer, transport and process are played by hand; times are milliseconds since both HELLOs were through.
/// </summary>
internal sealed class MachineRig : ITransportWitness
{
    private uint _peerSequence = 100;
    private uint? _echo;

    /// <summary>
    /// By default four seconds (R = 1 s, bound 4 s, suspicion at 1.5 s, deadline 3.88 s, probes every 250 ms), and a peer that asks for the
    /// same.
    /// </summary>
    public MachineRig(TimeSpan? detectWithin = null, WireIntervals? peer = null, ulong seed = 1, TimeSpan? stalledAfter = null, TimeSpan? minReceive = null,
        BeatRole role = BeatRole.None)
    {
        HeartbeatPlan plan = HeartbeatPlan.Create(new HeartbeatOptions
        {
            DetectWithin = detectWithin ?? TimeSpan.FromSeconds(4),
            StalledAfter = stalledAfter,
            MinReceiveInterval = minReceive,
        });
        Machine = new HeartbeatMachine(plan, peer ?? plan.Rate.Wire, seed, At(0), At(0), role);
    }

    public HeartbeatMachine Machine { get; }

    public StreamCounts Counts { get; set; } = new(1_000_000, 0, 0);

    public TimeSpan PoolLag { get; set; }

    public PauseLedger Pauses { get; set; } = PauseLedger.Empty;

    public LocalHealth Health => new(Pauses, PoolLag);

    /// <summary>By default a socket in which nothing waits, and that knows no counts.</summary>
    public WitnessReading Witness { get; set; } = new(0, HidesCompletedReads: false, ReadNotParsed: false);

    public int WitnessReadings { get; private set; }

    public static Instant At(double milliseconds) => new(1_000_000_000 + (long)Math.Round(milliseconds * TimeSpan.TicksPerMillisecond));

    public static HeartbeatRate Rate(double seconds, TimeSpan? minReceive = null) =>
        HeartbeatRate.Derive(TimeSpan.FromSeconds(seconds), HeartbeatDefaults.MinTransmitInterval, minReceive);

    public Judgement Tick(double at) => Machine.Tick(At(at), Counts, Health, this);

    /// <summary>Looks whenever the machine asks to, from one time to another, and takes whatever it wants to send.</summary>
    /// <returns>The verdict with its time, if one falls.</returns>
    public Verdict? Run(double from, double to, bool send = true)
    {
        for (double now = from; now <= to;)
        {
            if (Tick(now).Loss is { } loss)
            {
                return new Verdict(loss, now);
            }

            if (send && Machine.CanSendBeat(At(now)))
            {
                Send(now);
            }

            double next = NextWake(now);
            next.Should().BeGreaterThan(now);
            now = next;
        }

        return null;
    }

    public double NextWake(double now) => (Machine.NextWake(At(now), Health) - At(0)).TotalMilliseconds;

    public BeatFrame Send(double at)
    {
        Machine.CanSendBeat(At(at)).Should().BeTrue("a beat is to leave at {0} ms", at);
        return Machine.TakeBeat(At(at), Counts, Health);
    }

    /// <summary>Ticks, and takes the beat that is due then.</summary>
    public BeatFrame TickAndSend(double at)
    {
        Tick(at);
        return Send(at);
    }

    public Judgement TickAndSendIfDue(double at)
    {
        Judgement judgement = Tick(at);
        if (Machine.CanSendBeat(At(at)))
        {
            Send(at);
        }

        return judgement;
    }

    /// <summary>Bytes that are no beat.</summary>
    public void Hear(double at) => Machine.OnReceived(At(at));

    /// <summary>The next beat of the peer. It echoes what it echoed before, unless told otherwise.</summary>
    public ProtocolRule Beat(
        double at,
        uint? echo = null,
        uint echoDelay = 0,
        uint heardAgo = 0,
        ulong received = 0,
        ulong consumed = 0,
        ushort lag = 0,
        BeatFlags flags = BeatFlags.None,
        uint generation = 0) =>
        Beat(at, out _, echo, echoDelay, heardAgo, received, consumed, lag, flags, generation);

    public ProtocolRule Beat(
        double at,
        out bool probeAnswered,
        uint? echo = null,
        uint echoDelay = 0,
        uint heardAgo = 0,
        ulong received = 0,
        ulong consumed = 0,
        ushort lag = 0,
        BeatFlags flags = BeatFlags.None,
        uint generation = 0)
    {
        _echo = echo ?? _echo;
        BeatFrame beat = new(
            _peerSequence++,
            _echo ?? 0,
            _echo is null ? BeatFrame.NoEcho : echoDelay,
            heardAgo,
            received,
            consumed,
            lag,
            flags,
            generation);
        return Raw(at, beat, out probeAnswered);
    }

    public ProtocolRule Raw(double at, BeatFrame beat, out bool probeAnswered)
    {
        Machine.OnReceived(At(at));
        return Machine.OnBeat(beat, Counts, At(at), out probeAnswered);
    }

    WitnessReading ITransportWitness.Read()
    {
        WitnessReadings++;
        return Witness;
    }
}
