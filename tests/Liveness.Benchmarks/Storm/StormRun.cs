using System.Diagnostics;
using System.Globalization;

namespace Liveness.Benchmarks;

/// <summary>Many losses at once: when each is told; and, with handlers that block, what that costs connections which are well.</summary>
internal static class StormRun
{
    /// <summary>Until the pool has as many threads as it adds in that time.</summary>
    private static readonly TimeSpan s_loaded = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan s_blocking = TimeSpan.FromSeconds(1);

    public static TimeSpan DetectWithin { get; } = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(int connections, TimeSpan detectWithin, PoolLoad[] loads, string? json)
    {
        ResultFile results = Begin("storm", json);
        foreach (PoolLoad load in loads)
        {
            await StopAsync(connections, detectWithin, load, results);
        }

        results.Close(Console.Out);
    }

    public static async Task BlockAsync(int connections, int healthy, TimeSpan detectWithin, TimeSpan duration, string? json)
    {
        ResultFile results = Begin("storm handlers", json);
        await BlockAsync(connections, healthy, detectWithin, duration, results);
        results.Close(Console.Out);
    }

    private static ResultFile Begin(string benchmark, string? json)
    {
        Machine.RefuseUnlessOptimized();
        Machine.Describe(Console.Out);
        Console.WriteLine($"- congestion control in force: {Machine.DefaultCongestionControl ?? "unknown"}");
        return new ResultFile(benchmark, json, Machine.DefaultCongestionControl);
    }

    /// <summary>The peer's process is stopped: nothing comes any more, on any connection.</summary>
    private static async Task StopAsync(int connections, TimeSpan detectWithin, PoolLoad load, ResultFile results)
    {
        Machine.RefuseWithoutDescriptors(connections);
        string about = load switch
        {
            PoolLoad.Computing => "; the application computes on every thread of the pool",
            PoolLoad.Blocking => "; the application blocks every thread of the pool",
            _ => "",
        };
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"- {connections} idle connections over loopback, DetectWithin {detectWithin.TotalSeconds} s; the peer's process is stopped (SIGSTOP){about}"));
        await using StormLink link = await StormLink.OpenAsync(connections, detectWithin, isTls: false);
        await Task.Delay(s_settling);
        long[] completed = new long[connections];
        long[] called = new long[connections];
        Task[] told = [.. link.Streams.Select((stream, i) => ToldAsync(stream, i, completed, called))];
        using PoolLoadSource source = new(load);
        await Task.Delay(load == PoolLoad.None ? TimeSpan.Zero : s_loaded);
        int lostBefore = link.Lost;
        DateTimeOffset stoppedAt = DateTimeOffset.UtcNow;
        long stopped = link.Send(Signal.Stop);
        await Task.WhenAll(told).WaitAsync(detectWithin * 10);

        double[] verdicts = [.. link.Streams.Select(stream => (stream.Monitor.Loss!.DetectedAt - stoppedAt).TotalSeconds)];
        double[] handlers = Since(called, stopped);
        double[] dispatch = [.. handlers.Zip(verdicts, static (handler, verdict) => Math.Max(0, handler - verdict))];
        Budget? inTime = load == PoolLoad.Blocking ? null : Budgets.StormTold(detectWithin);
        Table table = new("seconds", "first", "median", "99 %", "last", "budget");
        Add("silence at the verdict", [.. link.Streams.Select(static stream => stream.Monitor.Loss!.Silence.TotalSeconds)], null);
        Add("from the stop to the verdict", verdicts, null);
        Add("from the stop to Completion, as the pool goes on from it", Since(completed, stopped), inTime);
        Add("from the stop to the handler", handlers, inTime);
        Add("from the verdict to the handler", dispatch, Budgets.StormDispatch);
        table.WriteTo(Console.Out);
        int late = inTime is { } bound ? handlers.Count(seconds => !bound.IsMet(seconds)) : dispatch.Count(static seconds => !Budgets.StormDispatch.IsMet(seconds));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"lost before the stop: {lostBefore} of {connections}; told late: {late}"));
        Console.WriteLine();
        string name = $"storm, {connections} stopped, pool {load.ToString().ToLowerInvariant()}";
        results.Add($"{name}: told late", "connections", late, Budgets.None);
        results.Add($"{name}: lost before", "connections", lostBefore, Budgets.None);

        void Add(string what, double[] seconds, Budget? budget)
        {
            double[] sorted = [.. seconds.Order()];
            table.Add(
                what,
                Numbers.Text(sorted[0], "0.000"),
                Numbers.Text(Statistics.Median(sorted), "0.000"),
                Numbers.Text(sorted[(int)(0.99 * (sorted.Length - 1))], "0.000"),
                Numbers.Text(sorted[^1], "0.000"),
                budget?.Judge(sorted[^1]) ?? "-");
            results.Add($"storm, {connections} stopped, pool {load.ToString().ToLowerInvariant()}: {what}", "s", sorted, budget, judged: sorted[^1]);
        }
    }

    /// <summary>The peer's process is killed: handlers that block are called for all of its connections, beside others over TLS.</summary>
    private static async Task BlockAsync(int connections, int healthy, TimeSpan detectWithin, TimeSpan duration, ResultFile results)
    {
        Machine.RefuseWithoutDescriptors(connections + healthy);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"- {connections} connections whose peer is killed, each with a handler that blocks for {s_blocking.TotalSeconds} s, beside {healthy} over TLS, DetectWithin {detectWithin.TotalSeconds} s, watched for {duration.TotalSeconds} s"));
        await using StormLink well = await StormLink.OpenAsync(healthy, detectWithin, isTls: true);
        await using StormLink doomed = await StormLink.OpenAsync(connections, detectWithin, isTls: false);
        await Task.Delay(s_settling);
        int before = well.Lost;
        int mostThreads = 0;
        int returned = 0;
        long lastReturned = 0;
        foreach (HeartbeatStream stream in doomed.Streams)
        {
            stream.Monitor.ConnectionLost += (_, _) =>
            {
                Thread.Sleep(s_blocking);
                Interlocked.Increment(ref returned);
                Interlocked.Exchange(ref lastReturned, Stopwatch.GetTimestamp());
            };
        }

        long killed = doomed.Send(Signal.Kill);
        while (Stopwatch.GetElapsedTime(killed) < duration)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200));
            mostThreads = Math.Max(mostThreads, Process.GetCurrentProcess().Threads.Count);
        }

        int atPeer = await well.LostAtPeerAsync();
        Table table = new("handlers that block", "figure", "budget");
        Add("TLS connections lost before", before, Budgets.None);
        Add("TLS connections lost, this end", well.Lost, Budgets.None);
        Add("TLS connections lost, the other end", atPeer, Budgets.None);
        Add("handlers that have returned", returned, Budget.AtLeast(connections));
        Add("s until the last of them had", Stopwatch.GetElapsedTime(killed, lastReturned).TotalSeconds, null);
        Add("threads of this process at most", mostThreads, null);
        table.WriteTo(Console.Out);

        void Add(string what, double figure, Budget? budget)
        {
            table.Add(what, Numbers.Text(figure, "0.#"), budget?.Judge(figure, "0") ?? "-");
            results.Add($"storm handlers, {connections}: {what}", what.StartsWith("s ", StringComparison.Ordinal) ? "s" : "count", figure, budget);
        }
    }

    private static async Task ToldAsync(HeartbeatStream stream, int number, long[] completed, long[] called)
    {
        TaskCompletionSource handled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        stream.Monitor.ConnectionLost += (_, _) =>
        {
            called[number] = Stopwatch.GetTimestamp();
            handled.TrySetResult();
        };
        await stream.Monitor.Completion;
        completed[number] = Stopwatch.GetTimestamp();
        await handled.Task;
    }

    private static double[] Since(long[] moments, long begun) => [.. moments.Select(moment => Stopwatch.GetElapsedTime(begun, moment).TotalSeconds)];
}
