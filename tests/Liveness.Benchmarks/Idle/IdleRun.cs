using System.Diagnostics;
using System.Globalization;

namespace Liveness.Benchmarks;

/// <summary>Many idle connections, one stack after the other, between two processes that do nothing else.</summary>
internal static class IdleRun
{
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(4);

    public static async Task RunAsync(int[] counts, TimeSpan duration, string? json)
    {
        Machine.RefuseUnlessOptimized();
        ResultFile file = new("idle", json, CongestionControl.InForce);
        Machine.Describe(Console.Out);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"- one beat a second (DetectWithin {IdleStacks.Options.DetectWithin?.TotalSeconds} s; WebSocket: KeepAliveInterval 1 s, KeepAliveTimeout 4 s), both ends; watched for {duration.TotalSeconds} s, {s_settling.TotalSeconds} s after the last was opened; every connection has a read pending"));
        Console.WriteLine($"- congestion control in force: {CongestionControl.InForce}");
        Console.WriteLine("- segments are those of the whole system, less those of the raw run; everything else is that of one process");
        foreach (int count in counts)
        {
            Machine.RefuseWithoutDescriptors(count);
            List<IdleResult> results = [];
            foreach (string stack in IdleStacks.Names)
            {
                results.Add(await MeasureAsync(stack, count, duration));
            }

            new IdleReport(count, results, file).WriteTo(Console.Out);
        }

        file.Close(Console.Out);
    }

    private static async Task<IdleResult> MeasureAsync(string stack, int count, TimeSpan duration)
    {
        string number = count.ToString(CultureInfo.InvariantCulture);
        await using Child server = Child.Start(IdleProcess.Verb, "server", stack, number);
        string port = await server.ReadAsync();
        await using Child client = Child.Start(IdleProcess.Verb, "client", stack, number, port);
        await Task.WhenAll(server.ReadAsync(), client.ReadAsync());
        await Task.Delay(s_settling);

        await Task.WhenAll(server.AskAsync("begin"), client.AskAsync("begin"));
        double segments = TcpSegments.Sent();
        long started = Stopwatch.GetTimestamp();
        await Task.Delay(duration);
        double perSecond = (TcpSegments.Sent() - segments) / Stopwatch.GetElapsedTime(started).TotalSeconds;
        string[] answers = await Task.WhenAll(server.AskAsync("end"), client.AskAsync("end"));
        return new IdleResult(stack, IdleCost.FromLine(answers[0]), IdleCost.FromLine(answers[1]), perSecond);
    }
}
