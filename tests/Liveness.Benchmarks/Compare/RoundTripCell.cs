using System.Diagnostics;

namespace Liveness.Benchmarks;

/// <summary>Question and answer of one size.</summary>
internal sealed class RoundTripCell(int size) : ICell
{
    private static readonly TimeSpan s_safetyNet = TimeSpan.FromSeconds(60);
    private static readonly long[] s_trips = new long[1 << 20];

    public string Name => ByteSize.Text(size);

    /// <summary>
    /// A ping takes several times as long while the system has both ends on different cores, which lasts a while: many short looks see
    /// both.
    /// </summary>
    public int Slices => 4;

    public async Task MeasureAsync(Connection connection, TimeSpan duration, CellResults results)
    {
        PingPongResult result = await new PingPong(connection.Client, connection.Server, size, s_trips, duration).RunAsync().WaitAsync(duration + s_safetyNet);
        Span<long> trips = s_trips.AsSpan(0, result.Trips);
        trips.Sort();
        string stack = connection.Stack.Name;
        results.Add(Metric.MedianMicroseconds, stack, Microseconds(Statistics.Percentile(trips, 0.5)));
        results.Add(Metric.TailMicroseconds, stack, Microseconds(Statistics.Percentile(trips, 0.99)));
        results.Add(Metric.BytesAllocatedPerTrip, stack, result.BytesAllocatedPerTrip);
    }

    private static double Microseconds(long ticks) => ticks * 1e6 / Stopwatch.Frequency;
}
