using System.Diagnostics;
using System.Globalization;
using Liveness.NetworkTests;
using Liveness.NetworkTests.Lab;
using Liveness.WorksWith.Tests.Worker;

namespace Liveness.WorksWith.Tests;

/// <summary>A client of a real server, whose cable is cut: told within the bound, once, and at work again when the cable is back.</summary>
public abstract class CutTests(string kind, ITestOutputHelper output)
{
    private static readonly bool[] s_traffic = [false, true];
    private static readonly TimeSpan s_start = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan s_withoutUs = TimeSpan.FromSeconds(120);

    /// <summary>A socket is looked at once a second, and the kernel's timers and a busy machine are a little late.</summary>
    private static readonly TimeSpan s_late = TimeSpan.FromSeconds(1.5);

    private static int Runs => int.TryParse(Environment.GetEnvironmentVariable("LIVENESS_WORKS_WITH_RUNS"), CultureInfo.InvariantCulture, out int runs) ? runs : 1;

    private static bool IsWithout => Environment.GetEnvironmentVariable("LIVENESS_WORKS_WITHOUT") == "1";

    [NetworkFact]
    public async Task A_cut_is_told_within_the_bound_once_idle_or_busy_and_the_client_is_back_when_the_cable_is()
    {
        Prerequisites.Demand();
        await using NetworkLab lab = await NetworkLab.CreateAsync();
        await Servers.StartAsync(lab, kind);
        Way[] ways = IsWithout ? [Way.Without] : kind == "rabbitmq" ? [Way.Kernel] : [Way.Kernel, Way.InBand];
        WorkerProcess[] workers = [.. from way in ways from isBusy in s_traffic select WorkerProcess.Start(lab, kind, way, isBusy)];
        Dictionary<WorkerProcess, List<TimeSpan?>> times = workers.ToDictionary(worker => worker, _ => new List<TimeSpan?>());
        foreach (WorkerProcess worker in workers)
        {
            (await worker.FirstAsync(0, "ready", s_start)).Should().NotBeNull($"{kind} should answer: {worker.Errors}");
        }

        for (int run = 0; run < Runs; run++)
        {
            await Task.Delay(TimeSpan.FromSeconds(2));
            long cut = await lab.CutAsync();
            foreach (WorkerProcess worker in workers)
            {
                Said? first = worker.Way == Way.Without
                    ? await worker.FirstAsync(cut, "noticed", s_withoutUs - Stopwatch.GetElapsedTime(cut))
                    : await worker.FirstAsync(cut, "told", worker.Bound + (10 * s_late));
                times[worker].Add(first is null ? null : Stopwatch.GetElapsedTime(cut, first.At));
            }

            await lab.HealAsync();
            long healed = Stopwatch.GetTimestamp();
            foreach (WorkerProcess worker in workers)
            {
                await worker.AskAsync("again");
            }

            foreach (WorkerProcess worker in workers)
            {
                (await worker.FirstAsync(healed, "works", TimeSpan.FromMinutes(2))).Should().NotBeNull($"{kind} should connect again: {worker.Errors}");
                ShouldBeToldOnce(worker, cut, healed);
            }
        }

        foreach (WorkerProcess worker in workers)
        {
            Report(worker, times[worker]);
        }

        workers.Where(worker => worker.Way != Way.Without && !times[worker].All(took => took <= Promise(worker) + s_late)).Should().BeEmpty();
    }

    /// <summary>A client may have several connections to its server; each is told once, and those that are made in vain are none.</summary>
    private static void ShouldBeToldOnce(WorkerProcess worker, long cut, long healed)
    {
        Said[] told = [.. worker.Since(cut, "told").Where(one => one.At < healed)];
        told.Select(one => one.Text).Should().OnlyHaveUniqueItems("a loss is told once");
        string who = $"{worker.Way}, busy {worker.IsBusy}, noticed {worker.Since(cut, "noticed").Length} times; {worker.Errors}";
        if (worker.Way == Way.Kernel)
        {
            told.Should().NotBeEmpty(who).And.OnlyContain(one => one.Text.EndsWith(nameof(KeepAliveTimedOut), StringComparison.Ordinal));
        }
        else if (worker.Way == Way.InBand)
        {
            told.Should().NotBeEmpty(who).And.OnlyContain(one => one.Text.EndsWith(nameof(HeartbeatTimedOut), StringComparison.Ordinal));
        }
    }

    /// <summary>
    /// A ping of the client's own that goes out late in the silence begins the kernel's time anew, as its plan says: that is twice the bound.
    /// </summary>
    private static TimeSpan Promise(WorkerProcess worker) => worker is { Way: Way.Kernel, IsBusy: false } ? 2 * worker.Bound : worker.Bound;

    private void Report(WorkerProcess worker, List<TimeSpan?> took)
    {
        TimeSpan?[] sorted = [.. took.OrderBy(one => one ?? TimeSpan.MaxValue)];
        int inTime = sorted.Count(one => one <= worker.Bound + s_late);
        string traffic = worker.IsBusy ? "busy" : "idle";
        output.WriteLine($"RESULT works-with client={kind} way={worker.Way} traffic={traffic} within_bound={inTime}/{sorted.Length} median={Text(sorted[sorted.Length / 2])} longest={Text(sorted[^1])}");
    }

    private static string Text(TimeSpan? took) =>
        took is { } time ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0}s") : string.Create(CultureInfo.InvariantCulture, $"not_within_{s_withoutUs.TotalSeconds}s");
}
