using System.Diagnostics;

namespace Liveness.Benchmarks;

/// <summary>What this process spends between two moments.</summary>
internal sealed class IdleWindow
{
    private readonly long _beats;
    private readonly long _started;
    private readonly TimeSpan _cpu;
    private readonly int _collections;
    private readonly long _allocated;

    private IdleWindow(long beats)
    {
        _beats = beats;
        _collections = Collections;
        _allocated = GC.GetTotalAllocatedBytes(precise: true);
        _cpu = Environment.CpuUsage.TotalTime;
        _started = Stopwatch.GetTimestamp();
    }

    private static int Collections => Enumerable.Range(0, GC.MaxGeneration + 1).Sum(GC.CollectionCount);

    /// <param name="beats">Sent so far: counted before, so that the counting is not measured.</param>
    public static IdleWindow Begin(long beats) => new(beats);

    public IdleCost End(Func<long> beats, int lost)
    {
        TimeSpan elapsed = Stopwatch.GetElapsedTime(_started);
        TimeSpan cpu = Environment.CpuUsage.TotalTime - _cpu;
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - _allocated;
        int collections = Collections - _collections;
        long sent = beats() - _beats;
        long workingSet = Environment.WorkingSet;
        return new IdleCost(elapsed.TotalSeconds, cpu.TotalSeconds, collections, allocated, sent, GC.GetTotalMemory(forceFullCollection: true), workingSet, lost);
    }
}
