using System.Diagnostics;

namespace Liveness.Benchmarks;

/// <summary>What one second's worth of beats cost one way.</summary>
internal sealed class BeatCost
{
    private readonly List<double> _nanoseconds = [];
    private readonly List<double> _bytes = [];
    private long _ticks;
    private long _allocated;
    private long _beats;

    public IReadOnlyList<double> NanosecondsPerBeat => _nanoseconds;

    public IReadOnlyList<double> BytesPerBeat => _bytes;

    public void Measure(Action work)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long started = Stopwatch.GetTimestamp();
        work();
        _ticks += Stopwatch.GetTimestamp() - started;
        _allocated += GC.GetAllocatedBytesForCurrentThread() - allocated;
    }

    public void Count(int beats) => _beats += beats;

    /// <summary>Ends a second.</summary>
    public void Close(bool counts)
    {
        if (counts && _beats > 0)
        {
            _nanoseconds.Add(_ticks * 1e9 / Stopwatch.Frequency / _beats);
            _bytes.Add((double)_allocated / _beats);
        }

        (_ticks, _allocated, _beats) = (0, 0, 0);
    }
}
