using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Liveness.Tests.Simulation;
using Xunit.Abstractions;

namespace Liveness.Tests;

public sealed class JudgeScheduleTests(ITestOutputHelper output)
{
    private const int DefaultRuns = 250;
    private const int EagerRuns = 4;

    private readonly ConcurrentDictionary<int, string> _failures = [];
    private readonly ConcurrentDictionary<string, int> _told = [];
    private long _ticks;

    /// <summary>LIVENESS_SIM_SEED replays one schedule, LIVENESS_SIM_RUNS and LIVENESS_SIM_EAGER_RUNS set how many are run.</summary>
    [Fact]
    public void No_random_schedule_breaks_an_invariant_of_the_side_channels_judge() => RunAll(Setting("LIVENESS_SIM_RUNS") ?? DefaultRuns, seed =>
    {
        JudgeSchedule schedule = new(seed, isEager: false);
        schedule.Run();
        foreach (JudgeLoss loss in schedule.World.Losses)
        {
            _told.AddOrUpdate($"{schedule.Killer}: {loss.Loss.Kind} {loss.Loss.Diagnosis} {loss.Loss.Certainty}", 1, static (_, count) => count + 1);
        }

        Interlocked.Add(ref _ticks, schedule.Elapsed.Ticks);
    });

    [Fact]
    public void Who_is_judged_all_the_time_and_who_when_asked_get_the_same_verdict_within_a_tick() => RunAll(Setting("LIVENESS_SIM_EAGER_RUNS") ?? EagerRuns, static seed =>
    {
        JudgeSchedule lazy = new(seed, isEager: false);
        JudgeSchedule eager = new(seed, isEager: true);
        lazy.Run();
        eager.Run();
        eager.ShouldAgreeWith(lazy);
    });

    private void RunAll(int runs, Action<int> run)
    {
        int? replayed = Setting("LIVENESS_SIM_SEED");
        Stopwatch watch = Stopwatch.StartNew();
        Parallel.For(replayed ?? 1, (replayed ?? 1) + (replayed is null ? runs : 1), seed =>
        {
            try
            {
                run(seed);
            }
            catch (Exception failure)
            {
                _failures[seed] = $"LIVENESS_SIM_SEED={seed}: {(failure is SimulationFailure ? failure.Message : failure)}";
            }
        });
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{runs} schedules, {TimeSpan.FromTicks(_ticks).TotalHours:0.0} hours, in {watch.Elapsed.TotalSeconds:0.0} s"));
        foreach ((string what, int count) in _told.OrderBy(static told => told.Key))
        {
            output.WriteLine($"{count,6} {what}");
        }

        Assert.True(_failures.IsEmpty, $"{_failures.Count} of {runs} schedules fail:{Environment.NewLine}{string.Join(Environment.NewLine, _failures.OrderBy(static failure => failure.Key).Select(static failure => failure.Value).Take(12))}");
    }

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) ? value : null;
}
