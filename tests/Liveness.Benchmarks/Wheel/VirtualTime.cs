using System.Diagnostics;

namespace Liveness.Benchmarks;

/// <summary>A clock that is set by hand, and that costs as much to read as the real one.</summary>
internal sealed class VirtualTime : TimeProvider
{
    private long _timestamp = Stopwatch.Frequency;
    private long _lastReal;

    public override long GetTimestamp()
    {
        _lastReal = base.GetTimestamp();
        return _timestamp;
    }

    public void Advance(TimeSpan span) => _timestamp += (long)(span.TotalSeconds * TimestampFrequency);
}
