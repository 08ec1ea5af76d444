namespace Liveness.Benchmarks;

/// <summary>How much this process has allocated, and in how many operations.</summary>
internal readonly record struct AllocationCount(long Bytes, long Writes, long Reads)
{
    public double PerWrite => Writes == 0 ? double.NaN : (double)Bytes / Writes;

    public double PerRead => Reads == 0 ? double.NaN : (double)Bytes / Reads;

    public static AllocationCount Now(long writes, long reads) => new(GC.GetTotalAllocatedBytes(precise: true), writes, reads);

    public static AllocationCount operator -(AllocationCount later, AllocationCount earlier) =>
        new(later.Bytes - earlier.Bytes, later.Writes - earlier.Writes, later.Reads - earlier.Reads);
}
