using System.Net;
using System.Net.Sockets;
using Liveness;
using Liveness.Testing;

namespace Snippets;

/// <summary>Everything that a monitor tells of a connection: asked, in handlers, by a token, and as a task.</summary>
internal static class FollowAConnection
{
    public static async Task RunAsync()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        await using LoopbackRelay cable = LoopbackRelay.Start(listener.LocalEndpoint);
        using TcpClient connected = new();
        await connected.ConnectAsync(cable.EndPoint);
        using TcpClient accepted = await listener.AcceptTcpClientAsync();
        HeartbeatOptions options = new() { DetectWithin = TimeSpan.FromSeconds(1) };
        await using HeartbeatStream server = new(accepted.Client, options);
        Task starting = server.StartAsync();
        await using HeartbeatStream client = await HeartbeatStream.StartAsync(connected.Client, options);
        await starting;

        await LookAsync(client.Monitor);
        Listen(client.Monitor, Console.Out);
        Task working = WorkAsync(client.Monitor);
        cable.Cut();
        await working;
        await WaitAsync(client.Monitor);
    }

    private static async Task LookAsync(ConnectionMonitor monitor)
    {
        TimeSpan roundTrip = await monitor.ProbeAsync();
        Console.WriteLine($"the peer answered after {roundTrip.TotalMilliseconds} ms");

        ConnectionSnapshot now = monitor.GetSnapshot();
        Console.WriteLine($"{now.State}, silent for {now.Silence} of {now.Bound}, {now.UnreadBytes} bytes unread");

        if (monitor.GetSnapshot().Advice is { } advice)
        {
            Console.WriteLine(advice);
        }
    }

    private static void Listen(ConnectionMonitor monitor, TextWriter report)
    {
        monitor.ConnectionLost += (_, e) => Console.WriteLine($"lost: {e.Loss.Diagnosis} ({e.Loss.Certainty})");
        monitor.OnLost(async e => await report.WriteLineAsync($"reported: {e.Loss}"));
    }

    private static async Task WorkAsync(ConnectionMonitor monitor)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, monitor.LostToken);
        }
        catch (OperationCanceledException) when (monitor.Loss is { } loss)
        {
            Console.WriteLine($"given up after {loss.Silence.TotalSeconds} s of silence");
        }
    }

    private static async Task WaitAsync(ConnectionMonitor monitor)
    {
        ConnectionLoss? loss = await monitor.Completion;
        Console.WriteLine(loss is null ? "closed in good order" : $"lost: {loss}");
    }
}
