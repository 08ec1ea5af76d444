namespace Liveness.Benchmarks;

/// <summary>What a cell's numbers are.</summary>
internal enum Metric
{
    MegabytesPerSecond,
    BytesAllocatedPerWrite,
    BytesAllocatedPerRead,
    MedianMicroseconds,
    TailMicroseconds,
    BytesAllocatedPerTrip,
}
