using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace Liveness.Tests.Simulation.Laziness;

/// <summary>
/// Every verdict and every condition has its own due time: whoever looks only when asked sees what somebody sees who looks all the time.
/// </summary>
public class MachineLazinessTests(ITestOutputHelper output)
{
    private const int DefaultRuns = 150;

    private readonly Lock _lock = new();
    private readonly SortedList<int, string> _failures = [];
    private readonly SortedDictionary<string, int> _said = [];
    private long _lazyLooks;
    private long _eagerLooks;

    /// <summary>LIVENESS_LAZY_SEED replays one schedule, LIVENESS_LAZY_RUNS sets how many are run.</summary>
    [Fact]
    public void Looking_every_millisecond_or_only_when_asked_gives_the_same_verdicts_and_conditions()
    {
        int? replayed = Setting("LIVENESS_LAZY_SEED");
        int first = replayed ?? 1;
        int runs = replayed is null ? Setting("LIVENESS_LAZY_RUNS") ?? DefaultRuns : 1;
        Stopwatch watch = Stopwatch.StartNew();

        Parallel.For(first, first + runs, Run);

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{runs} schedules, {_lazyLooks} looks when asked, {_eagerLooks} otherwise, in {watch.Elapsed.TotalSeconds:0.0} s"));
        output.WriteLine(string.Join(Environment.NewLine, _said.Select(pair => $"{pair.Value} x {pair.Key}")));
        Assert.True(_failures.Count == 0, $"{_failures.Count} of {runs} schedules differ:{Environment.NewLine}{string.Join(Environment.NewLine, _failures.Values.Take(12))}");
    }

    private void Run(int seed)
    {
        MachineRun lazy = new MachineRun(new MachineSchedule(seed), looksAlways: false).Run();
        MachineRun eager = new MachineRun(new MachineSchedule(seed), looksAlways: true).Run();
        string? difference = LazyLog.Difference(lazy.Log, eager.Log, lazy.Tick);
        lock (_lock)
        {
            _lazyLooks += lazy.Looks;
            _eagerLooks += eager.Looks;
            foreach ((_, string what) in lazy.Log.Where(entry => !entry.What.StartsWith("beat", StringComparison.Ordinal)))
            {
                _said[what] = _said.GetValueOrDefault(what) + 1;
            }

            if (difference is not null)
            {
                _failures.Add(seed, $"LIVENESS_LAZY_SEED={seed}: {difference}");
            }
        }
    }

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) ? value : null;
}
