using System.Diagnostics;
using System.Globalization;

namespace Liveness.Benchmarks;

/// <summary>Many data connections between two processes, watched over one side connection.</summary>
internal static class SideRun
{
    /// <summary>A few, to see what depends on how many there are.</summary>
    private const int Few = 200;

    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(4);

    /// <summary>The default. Each kernel then probes each connection every two seconds.</summary>
    public static TimeSpan DetectWithin { get; } = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(int asked, TimeSpan duration, string? json)
    {
        Machine.RefuseUnlessOptimized();
        int many = Machine.FitDescriptors(asked);
        ResultFile file = new("side", json, Machine.DefaultCongestionControl);
        Machine.Describe(Console.Out);
        if (many < asked)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"- this machine allows a process too few open files for {asked} connections (hard limit): {many} instead"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"- DetectWithin {DetectWithin.TotalSeconds} s, idle data connections over loopback, one side connection; watched for {duration.TotalSeconds} s, {s_settling.TotalSeconds} s after the last was vouched for; then the server process is stopped (SIGSTOP), which is a loss after 2 x DetectWithin"));
        Console.WriteLine($"- congestion control in force: {Machine.DefaultCongestionControl ?? "unknown"}");
        Console.WriteLine();
        SideFigures few = await MeasureAsync(Math.Min(Few, many), duration);
        SideFigures figures = await MeasureAsync(many, duration);
        Write(few, figures, file);
        file.Close(Console.Out);
    }

    private static async Task<SideFigures> MeasureAsync(int count, TimeSpan duration)
    {
        string number = count.ToString(CultureInfo.InvariantCulture);
        await using Child server = Child.Start(SideProcess.Verb, "server", number);
        string[] started = (await server.ReadAsync()).Split(' ');
        await using Child client = Child.Start(SideProcess.Verb, "client", number, started[0], started[1]);
        await Task.WhenAll(server.ReadAsync(), client.ReadAsync());
        double bareServer = Value(await server.AskAsync("memory"));
        double bareClient = Value(await client.AskAsync("memory"));
        double watching = Value(await server.AskAsync("watch")) + Value(await client.AskAsync("watch"));
        double vouching = Value(await client.AskAsync("vouched"));
        await Task.Delay(s_settling);

        double[] beats = Values(await client.AskAsync("beats"));
        await Task.WhenAll(server.AskAsync("begin"), client.AskAsync("begin"));
        await Task.Delay(duration);
        string[] costs = await Task.WhenAll(server.AskAsync("end"), client.AskAsync("end"));
        double[] beatsAfter = Values(await client.AskAsync("beats"));
        (IdleCost atServer, IdleCost atClient) = (IdleCost.FromLine(costs[0]), IdleCost.FromLine(costs[1]));
        double look = Value(await client.AskAsync("look"));

        double ended = Value(await server.AskAsync("ended")) + Value(await client.AskAsync("ended"));
        await client.AskAsync("expect");
        double[] losses;
        long stopped = Stopwatch.GetTimestamp();
        Signal.Send(Signal.Stop, started[2]);
        try
        {
            losses = Values(await client.AskAsync("losses"));
        }
        finally
        {
            Signal.Send(Signal.Continue, started[2]);
        }

        return new SideFigures(
            count,
            (beatsAfter[0] - beats[0]) / atClient.Seconds,
            (beatsAfter[1] - beats[1]) / atClient.Seconds,
            (atServer.ManagedBytes - bareServer) / count,
            (atClient.ManagedBytes - bareClient) / count,
            atServer.CpuPerSecond * 100,
            atClient.CpuPerSecond * 100,
            look,
            ended,
            watching + vouching,
            (losses[0] - stopped) / Stopwatch.Frequency,
            (losses[1] - stopped) / Stopwatch.Frequency,
            losses[2],
            losses[3],
            losses[4]);
    }

    private static void Write(SideFigures few, SideFigures many, ResultFile file)
    {
        double bound = DetectWithin.TotalSeconds * 2;
        Table table = new("over one side connection", $"{few.Connections} connections", $"{many.Connections} connections", "budget");
        Add("beats a second on the side connection, both ways", figures => figures.Beats, "0.0", Budget.AtMost(few.Beats * 1.25));
        Add("bytes of side messages a second, both ways", figures => figures.MessageBytes, "0", Budget.AtMost(0));
        Add("managed B each beyond the bare socket, server", figures => figures.ServerMemory, "0", Budgets.SideMemory);
        Add("managed B each beyond the bare socket, client", figures => figures.ClientMemory, "0", Budgets.SideMemory);
        Add("a look at one witness, us", figures => figures.Look, "0.00", Budgets.SideLook);
        Add("CPU % of a core while idle, server", figures => figures.ServerCpu, "0.0", null);
        Add("CPU % of a core while idle, client", figures => figures.ClientCpu, "0.0", null);
        Add("s until all were watched at both ends and vouched for", figures => figures.Vouching, "0.00", null);
        Add("ended while nothing happened", figures => figures.Ended, "0", Budget.AtMost(0));
        Add("peer stopped: s to the first loss event", figures => figures.FirstLoss, "0.00", null);
        Add("peer stopped: s to the last loss event", figures => figures.LastLoss, "0.00", Budget.AtMost(bound));
        Add("ms from the first to the last", figures => (figures.LastLoss - figures.FirstLoss) * 1000, "0", null);
        Add("PeerLost events", figures => figures.Batches, "0", Budgets.SideBatches);
        Add("connections in the largest of them", figures => figures.LargestBatch, "0", Budget.AtLeast(many.Connections));
        Add("the scheduler woke others late by at most, ms", figures => figures.WheelDelay, "0.0", Budgets.SideHeldUp);
        table.WriteTo(Console.Out);

        void Add(string what, Func<SideFigures, double> figure, string format, Budget? budget)
        {
            table.Add(what, Numbers.Text(figure(few), format), Numbers.Text(figure(many), format), budget?.Judge(figure(many), format) ?? "-");
            file.Add($"side, {many.Connections}: {what}", Unit(what), figure(many), budget);
        }

        static string Unit(string what) => what switch
        {
            _ when what.StartsWith("managed B", StringComparison.Ordinal) => "B",
            _ when what.StartsWith("CPU %", StringComparison.Ordinal) => "%",
            _ when what.EndsWith(" us", StringComparison.Ordinal) => "us",
            _ when what.Contains("ms", StringComparison.Ordinal) && !what.Contains("messages", StringComparison.Ordinal) => "ms",
            _ when what.StartsWith("s ", StringComparison.Ordinal) || what.Contains(": s ", StringComparison.Ordinal) => "s",
            _ => "count",
        };
    }

    private static double Value(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static double[] Values(string line) => [.. line.Split(' ').Select(Value)];
}
