namespace Liveness.Benchmarks;

/// <summary>
/// What the design promises, as ratios. Over TLS the library can't see a socket, and the budgets are those of any other stream.
/// </summary>
internal static class ComparisonBudgets
{
    public static Budget RoundTripMedian => Budget.AtMost(1.10);

    /// <summary>Of the best of three parts of the run.</summary>
    public static Budget RoundTripTail => Budget.AtMost(1.25);

    /// <summary>In bytes per operation: less than one is what the runtime itself allocates now and then.</summary>
    public static Budget Allocation => Budget.AtMost(1);

    public static Budget ThroughputToRaw(int size, bool tls) => size switch
    {
        <= 1024 => Budget.AtLeast(1.0),
        <= 16 * 1024 => Budget.AtLeast(tls ? 0.95 : 1.0),
        <= 64 * 1024 => Budget.AtLeast(tls ? 0.70 : 0.90),
        _ => Budget.AtLeast(tls ? 0.60 : 0.80),
    };

    public static Budget ThroughputToWebSocket(bool masked) => masked ? Budget.Above(1.0) : Budget.AtLeast(1.0);
}
