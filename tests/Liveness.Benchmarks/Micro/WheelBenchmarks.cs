using BenchmarkDotNet.Attributes;

namespace Liveness.Benchmarks;

/// <summary>The timer wheel alone.</summary>
public class WheelBenchmarks
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private TimerWheel _wheel = new(new Instant(0));
    private Entry[] _entries = [];
    private Instant _now;
    private int _next;

    /// <summary>How many connections are filed.</summary>
    [Params(1_000, 100_000)]
    public int Connections { get; set; }

    /// <summary>All filed within one second.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _now = new Instant(TimeSpan.TicksPerDay);
        _wheel = new TimerWheel(_now);
        _entries = [.. Enumerable.Range(0, Connections).Select(_ => new Entry())];
        for (int i = 0; i < Connections; i++)
        {
            _wheel.Schedule(_entries[i], _now + (s_second * ((double)(i + 1) / Connections)));
        }
    }

    /// <summary>Moves an entry that is filed.</summary>
    [Benchmark]
    public void Move()
    {
        _next = _next + 1 == _entries.Length ? 0 : _next + 1;
        _wheel.Schedule(_entries[_next], _now + s_second);
    }

    /// <summary>One turn of a second in steps of a millisecond: every entry is taken once and filed again.</summary>
    /// <returns>How many were due.</returns>
    [Benchmark]
    public int TurnASecond()
    {
        int due = 0;
        for (int i = 0; i < 1000; i++)
        {
            _now += TimeSpan.FromMilliseconds(1);
            due += _wheel.Advance(_now);
            while (_wheel.TakeDue() is { } entry)
            {
                _wheel.Schedule(entry, _now + s_second);
            }
        }

        return due;
    }

    private sealed class Entry : SchedulerEntry
    {
        public override Instant OnDue(Instant now) => Instant.Never;
    }
}
