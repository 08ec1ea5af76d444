using System.Diagnostics;
using System.Globalization;
using Liveness.Tests.Simulation.Laziness;
using Xunit.Abstractions;

namespace Liveness.Tests.ProtocolPing.Simulation;

/// <summary>
/// Random lives of connections that are kept alive by pings. LIVENESS_PING_SEED replays one, LIVENESS_PING_RUNS sets how many are run.
/// </summary>
public class PingScheduleTests(ITestOutputHelper output)
{
    private const int DefaultRuns = 150;

    private readonly Lock _lock = new();
    private readonly SortedList<int, string> _failures = [];
    private readonly SortedDictionary<string, int> _said = [];

    [Fact]
    public void No_peer_that_answers_is_ever_lost() => Run(PingScheduleKind.Healthy, (schedule, run) => run.Loss is { } loss ? $"is {loss} at {run.LostAt} ms"
        : run.HasClosed ? "is closed"
        : schedule.DetectWithin < 0 && run.Log.Any(static entry => entry.What != "ping") ? $"says {run.Log.First(static entry => entry.What != "ping").What}, though nothing is judged"
        : null);

    [Fact]
    public void A_peer_that_is_gone_is_always_lost_and_within_the_bound() => Run(PingScheduleKind.Cut, (schedule, run) =>
    {
        if (schedule.DetectWithin < 0)
        {
            return run.Loss is null ? null : "is lost though nothing is judged";
        }

        if (run.Loss is not { } loss)
        {
            return "is not lost";
        }

        // What may put it off: own pauses, our own pool, a hole, each with the grace that it is followed by; a bound that was changed
        // begins anew.
        TimeSpan since = run.Pauses.RunningTime(PingRig.At(Math.Max(run.LastReceived, run.ChangedAt)), PingRig.At(run.LostAt));
        TimeSpan most = run.Rate.DetectWithin;
        most += TimeSpan.FromMilliseconds(schedule.Lags.Sum(lag => Math.Max(0, lag.To - Math.Max(lag.From, run.LastReceived))));
        most += schedule.Lags.Exists(lag => lag.To > run.LastReceived) ? run.Rate.Timing.ReceiveInterval : TimeSpan.Zero;
        most += schedule.Pauses.Exists(pause => pause.To > run.LastReceived) ? run.Rate.Timing.ReceiveInterval + run.AnswerTime : TimeSpan.Zero;
        most += schedule.KnowsKernel && schedule.Acts.Exists(static act => act.What == PingAct.SegmentBehindHole) ? run.Rate.DetectWithin + run.Rate.Timing.ReceiveInterval : TimeSpan.Zero;
        return loss != LossKind.HeartbeatTimedOut ? $"is {loss}" : since > most ? $"is lost after {since}, and has only {most}" : null;
    });

    [Theory]
    [InlineData(PingScheduleKind.Healthy)]
    [InlineData(PingScheduleKind.Cut)]
    [InlineData(PingScheduleKind.Harsh)]
    public void Looking_every_millisecond_or_only_when_asked_gives_the_same_verdicts_and_conditions(object kind) => Run((PingScheduleKind)kind, (schedule, lazy) =>
    {
        PingRun eager = new PingRun(schedule, looksAlways: true).Run();
        return LazyLog.Difference(lazy.Log, eager.Log, lazy.Rate.Tick);
    });

    private void Run(PingScheduleKind kind, Func<PingSchedule, PingRun, string?> objection)
    {
        int? replayed = Setting("LIVENESS_PING_SEED");
        int first = replayed ?? 1;
        int runs = replayed is null ? Setting("LIVENESS_PING_RUNS") ?? DefaultRuns : 1;
        Stopwatch watch = Stopwatch.StartNew();
        Parallel.For(first, first + runs, seed =>
        {
            PingSchedule schedule = new(seed, kind);
            PingRun run = new PingRun(schedule, looksAlways: false).Run();
            Note(seed, run, objection(schedule, run));
        });

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{runs} schedules in {watch.Elapsed.TotalSeconds:0.0} s"));
        output.WriteLine(string.Join(Environment.NewLine, _said.Select(pair => $"{pair.Value} x {pair.Key}")));
        Assert.True(_failures.Count == 0, $"{_failures.Count} of {runs} schedules fail:{Environment.NewLine}{string.Join(Environment.NewLine, _failures.Values.Take(12))}");
    }

    private void Note(int seed, PingRun run, string? failure)
    {
        lock (_lock)
        {
            foreach ((_, string what) in run.Log)
            {
                _said[what] = _said.GetValueOrDefault(what) + 1;
            }

            if (failure is not null)
            {
                _failures.Add(seed, $"LIVENESS_PING_SEED={seed}: {failure}");
            }
        }
    }

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) ? value : null;
}
