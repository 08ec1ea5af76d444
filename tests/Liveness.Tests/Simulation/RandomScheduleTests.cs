using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace Liveness.Tests.Simulation;

public class RandomScheduleTests(ITestOutputHelper output)
{
    private const int DefaultRuns = 1_000;

    private readonly Lock _lock = new();
    private readonly SortedList<int, string> _failures = [];
    private TimeSpan _simulated;
    private long _steps;
    private int _losses;

    /// <summary>
    /// LIVENESS_SIM_SEED replays one schedule, LIVENESS_SIM_RUNS sets how many are run. Each is a function of its seed alone.
    /// </summary>
    [Fact]
    public void No_random_schedule_of_two_honest_ends_breaks_an_invariant()
    {
        int? replayed = Setting("LIVENESS_SIM_SEED");
        int first = replayed ?? 1;
        int runs = replayed is null ? Setting("LIVENESS_SIM_RUNS") ?? DefaultRuns : 1;
        Stopwatch watch = Stopwatch.StartNew();

        Parallel.For(first, first + runs, Run);

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{runs} schedules, {_losses} with a loss, {_simulated.TotalHours:0.0} hours of connections, {_steps} steps, in {watch.Elapsed.TotalSeconds:0.0} s"));
        string heads = string.Join(Environment.NewLine, _failures.Values.Select(failure => failure.Split('\n')[0]).Take(20));
        Assert.True(_failures.Count == 0, $"{_failures.Count} of {runs} schedules fail:{Environment.NewLine}{heads}{Environment.NewLine}{Environment.NewLine}{_failures.Values.FirstOrDefault()}");
    }

    private void Run(int seed)
    {
        try
        {
            SimulatedConnection connection = new RandomSchedule(seed).Run();
            lock (_lock)
            {
                _simulated += connection.Elapsed;
                _steps += connection.Steps;
                _losses += connection.A.Session.Loss is not null || connection.B.Session.Loss is not null ? 1 : 0;
            }
        }
        catch (Exception failure)
        {
            lock (_lock)
            {
                _failures.Add(seed, $"LIVENESS_SIM_SEED={seed} shows it again: {(failure is SimulationFailure ? failure.Message : failure)}");
            }
        }
    }

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) ? value : null;
}
