using BenchmarkDotNet.Attributes;

namespace Liveness.Benchmarks;

/// <summary>The small sets that every beat or every judgement looks into.</summary>
public class SmallSetBenchmarks
{
    private readonly SentBeats _beats = new(1, new Instant(0));
    private readonly ByteQueue _queue = new(64 * 1024);
    private readonly byte[] _bytes = new byte[1024];
    private PauseLedger _ledger = PauseLedger.Empty;
    private Instant _now;

    /// <summary>How many pauses this process has had.</summary>
    [Params(0, 256)]
    public int Pauses { get; set; }

    /// <summary>One pause of 10 ms a second.</summary>
    [GlobalSetup]
    public void Setup()
    {
        for (int i = 0; i < Pauses; i++)
        {
            _now += TimeSpan.FromSeconds(1);
            _ledger = _ledger.Add(_now, _now + TimeSpan.FromMilliseconds(10));
        }
    }

    /// <summary>The age of what happened four seconds ago.</summary>
    /// <returns>Without the pauses in it.</returns>
    [Benchmark]
    public TimeSpan RunningTime() => _ledger.RunningTime(_now - TimeSpan.FromSeconds(4), _now);

    /// <summary>A beat is sent, and its echo comes.</summary>
    /// <returns>Whether its moment was still known.</returns>
    [Benchmark]
    public bool SendAndEcho() => _beats.Echo(_beats.Add(_now)) is not null;

    /// <summary>1 KiB in and out again.</summary>
    /// <returns>How much came out.</returns>
    [Benchmark]
    public int EnqueueAndDequeue()
    {
        _queue.Enqueue(_bytes);
        return _queue.Dequeue(_bytes);
    }
}
