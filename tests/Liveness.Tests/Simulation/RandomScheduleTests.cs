using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace Liveness.Tests.Simulation;

public class RandomScheduleTests(ITestOutputHelper output)
{
    private const int DefaultRuns = 1_500;

    /// <summary>LIVENESS_SIM_SEED replays one schedule, LIVENESS_SIM_RUNS sets how many are run.</summary>
    [Fact]
    public void No_random_schedule_of_two_honest_ends_breaks_an_invariant()
    {
        int? replayed = Setting("LIVENESS_SIM_SEED");
        int first = replayed ?? 1;
        int runs = replayed is null ? Setting("LIVENESS_SIM_RUNS") ?? DefaultRuns : 1;
        Stopwatch watch = Stopwatch.StartNew();
        TimeSpan simulated = TimeSpan.Zero;
        long steps = 0;
        int losses = 0;
        List<string> failures = [];
        for (int seed = first; seed < first + runs; seed++)
        {
            try
            {
                SimulatedConnection connection = new RandomSchedule(seed).Run();
                simulated += connection.Elapsed;
                steps += connection.Steps;
                losses += connection.A.Session.Loss is not null || connection.B.Session.Loss is not null ? 1 : 0;
            }
            catch (Exception failure)
            {
                failures.Add($"LIVENESS_SIM_SEED={seed} shows it again: {(failure is SimulationFailure ? failure.Message : failure)}");
            }
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{runs} schedules, {losses} with a loss, {simulated.TotalHours:0.0} hours of connections, {steps} steps, in {watch.Elapsed.TotalSeconds:0.0} s"));
        string heads = string.Join(Environment.NewLine, failures.Select(failure => failure.Split('\n')[0]).Take(20));
        Assert.True(failures.Count == 0, $"{failures.Count} of {runs} schedules fail:{Environment.NewLine}{heads}{Environment.NewLine}{Environment.NewLine}{failures.FirstOrDefault()}");
    }

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) ? value : null;
}
