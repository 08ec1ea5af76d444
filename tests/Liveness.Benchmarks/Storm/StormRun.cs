using System.Diagnostics;
using System.Globalization;

namespace Liveness.Benchmarks;

/// <summary>Many losses at once: when each is told; and, with handlers that block, what that costs connections which are well.</summary>
internal static class StormRun
{
    /// <summary>What is told later than the bound, and by this much, is told late.</summary>
    private static readonly TimeSpan s_ownLag = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan s_blocking = TimeSpan.FromSeconds(1);

    public static Task RunAsync(Arguments arguments)
    {
        arguments.Allow("handlers", "log", "--connections", "--detect", "--seconds", "--strangers", "--tls-connections");
        Machine.Describe(Console.Out);
        TimeSpan detectWithin = arguments.Seconds("--detect", 3);
        if (arguments.Has("log"))
        {
            return StormLog.RunAsync(arguments.Number("--connections", 1_240), arguments.Number("--strangers", 3_000), detectWithin);
        }

        return arguments.Has("handlers")
            ? BlockAsync(arguments.Number("--connections", 500), arguments.Number("--tls-connections", 50), detectWithin, arguments.Seconds("--seconds", 60))
            : StopAsync(arguments.Number("--connections", 5_000), detectWithin);
    }

    /// <summary>The peer's process is stopped: nothing comes any more, on any connection.</summary>
    private static async Task StopAsync(int connections, TimeSpan detectWithin)
    {
        Machine.RefuseWithoutDescriptors(connections);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"- {connections} idle connections over loopback, DetectWithin {detectWithin.TotalSeconds} s; the peer's process is stopped (SIGSTOP)"));
        await using StormLink link = await StormLink.OpenAsync(connections, detectWithin, isTls: false);
        await Task.Delay(s_settling);
        long[] completed = new long[connections];
        long[] called = new long[connections];
        Task[] told = [.. link.Streams.Select((stream, i) => ToldAsync(stream, i, completed, called))];
        int lostBefore = link.Lost;
        long stopped = await link.SignalAsync("-STOP");
        await Task.WhenAll(told).WaitAsync(detectWithin * 4);

        double[] judged = [.. link.Streams.Select(static stream => stream.Monitor.Loss!.Silence.TotalSeconds)];
        Table table = new("seconds", "first", "median", "99 %", "last", "budget");
        Add(table, "silence at the verdict", judged, null);
        Add(table, "from the stop to Completion", Since(completed, stopped), detectWithin + s_ownLag);
        Add(table, "from the stop to the handler", Since(called, stopped), detectWithin + s_ownLag);
        table.WriteTo(Console.Out);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"lost before the stop: {lostBefore}; told later than the bound plus {s_ownLag.TotalSeconds} s: {Since(called, stopped).Count(seconds => seconds > (detectWithin + s_ownLag).TotalSeconds)} of {connections}"));
    }

    /// <summary>The peer's process is killed: handlers that block are called for all of its connections, beside others over TLS.</summary>
    private static async Task BlockAsync(int connections, int healthy, TimeSpan detectWithin, TimeSpan duration)
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

        long killed = await doomed.SignalAsync("-KILL");
        while (Stopwatch.GetElapsedTime(killed) < duration)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200));
            mostThreads = Math.Max(mostThreads, Process.GetCurrentProcess().Threads.Count);
        }

        Table table = new("handlers that block", "figure", "budget");
        table.Add("TLS connections lost before", Numbers.Text(before, "0"), Budget.AtMost(0).Judge(before, "0"));
        table.Add("TLS connections lost, this end", Numbers.Text(well.Lost, "0"), Budget.AtMost(0).Judge(well.Lost, "0"));
        int atPeer = await well.LostAtPeerAsync();
        table.Add("TLS connections lost, the other end", Numbers.Text(atPeer, "0"), Budget.AtMost(0).Judge(atPeer, "0"));
        table.Add("handlers that have returned", Numbers.Text(returned, "0"), Budget.AtLeast(connections).Judge(returned, "0"));
        table.Add("s until the last of them had", Numbers.Text(Stopwatch.GetElapsedTime(killed, lastReturned).TotalSeconds, "0.0"), "-");
        table.Add("threads of this process at most", Numbers.Text(mostThreads, "0"), "-");
        table.WriteTo(Console.Out);
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

    private static void Add(Table table, string what, double[] seconds, TimeSpan? limit)
    {
        Array.Sort(seconds);
        double last = seconds[^1];
        string budget = limit is { } most ? Budget.AtMost(most.TotalSeconds).Judge(last) : "-";
        table.Add(what, Numbers.Text(seconds[0], "0.000"), Numbers.Text(Statistics.Median(seconds), "0.000"), Numbers.Text(seconds[(int)(0.99 * (seconds.Length - 1))], "0.000"), Numbers.Text(last, "0.000"), budget);
    }
}
