namespace Liveness.Benchmarks;

/// <summary>What every figure has to be: all budgets of all benchmarks.</summary>
internal static class Budgets
{
    /// <summary>Ratio of round trips to those of the bare stream, p50.</summary>
    public static Budget RoundTripMedian => Budget.AtMost(1.05);

    /// <summary>As p50, p99 of the best third of the rounds.</summary>
    public static Budget RoundTripTail => Budget.AtMost(1.25);

    /// <summary>B a write, read or round trip: less than one is what the runtime itself allocates now and then.</summary>
    public static Budget Allocation => Budget.AtMost(1);

    /// <summary>Managed B of an idle connection beyond a bare stream with a pending read, at each end.</summary>
    public static Budget IdleMemory => Budget.AtMost(1200);

    /// <summary>Ratio of the CPU time of both ends to those of a WebSocket.</summary>
    public static Budget IdleCpu => Budget.AtMost(0.45);

    /// <summary>TCP segments a second and pair of idle ends, at one beat a second each.</summary>
    public static Budget IdleSegments => Budget.AtMost(3.05);

    /// <summary>B a beat.</summary>
    public static Budget BeatAllocation => Budget.AtMost(0);

    /// <summary>ns a beat: its wake-ups, and its leaving.</summary>
    public static Budget BeatOut => Budget.AtMost(1200);

    /// <summary>ns a beat: its coming in.</summary>
    public static Budget BeatIn => Budget.AtMost(700);

    /// <summary>Managed B of a watched connection, at each end.</summary>
    public static Budget SideMemory => Budget.AtMost(512);

    /// <summary>Events that tell the loss of all connections of one side channel.</summary>
    public static Budget SideBatches => Budget.AtMost(1);

    /// <summary>us to look at one witness.</summary>
    public static Budget SideLook => Budget.AtMost(2);

    /// <summary>ms that the scheduler's thread is held up while all are told.</summary>
    public static Budget SideHeldUp => Budget.AtMost(100);

    /// <summary>s from a verdict to the handler, however little the pool gets on.</summary>
    public static Budget StormDispatch => Budget.AtMost(0.2);

    public static Budget None => Budget.AtMost(0);

    /// <summary>Ratio of the throughput to that of the bare stream.</summary>
    /// <param name="size">Of the writes, in bytes.</param>
    /// <param name="tls">Over SslStream.</param>
    /// <param name="cores">That the process has.</param>
    public static Budget ThroughputToRaw(int size, bool tls, int cores) => size switch
    {
        <= 1024 => Budget.AtLeast(1.0),
        <= 16 * 1024 => Budget.AtLeast(tls ? 0.95 : 1.0),
        <= 64 * 1024 => Budget.AtLeast(tls ? 0.95 : 0.90),
        _ => Budget.AtLeast(tls || cores > 1 ? 0.95 : 0.85),
    };

    /// <summary>Ratio of the throughput to that of a WebSocket.</summary>
    /// <param name="masked">From the client, whose frames a WebSocket masks.</param>
    public static Budget ThroughputToWebSocket(bool masked) => masked ? Budget.Above(1.0) : Budget.AtLeast(1.0);

    /// <summary>s from the silence of a peer to the handler: DetectWithin, and what the telling takes.</summary>
    public static Budget StormTold(TimeSpan detectWithin) => Budget.AtMost(detectWithin.TotalSeconds + 0.2);
}
