using System.Net.Sockets;
using Liveness;

namespace Staged;

internal sealed class Started
{
    private HeartbeatStream? _kept;

    public static async Task WatchAsync(Socket socket)
    {
        await using HeartbeatStream stream = new(socket);
        stream.Monitor.ConnectionLost += (_, e) => Console.WriteLine(e.Loss);
        await stream.StartAsync();
        await stream.Monitor.Completion;
    }

    public static async Task ByReadingAsync(Stream inner)
    {
        await using HeartbeatStream stream = new(inner);
        byte[] buffer = new byte[100];
        await stream.ReadExactlyAsync(buffer);
    }

    public static async Task ByProbingAsync(Stream inner)
    {
        await using HeartbeatStream stream = new(inner);
        Console.WriteLine(await stream.Monitor.ProbeAsync());
    }

    public static async Task ElsewhereAsync(Stream inner)
    {
        await using HeartbeatStream stream = new(inner);
        await TalkAsync(stream);
    }

    public static async Task InALambdaAsync(Stream inner)
    {
        await using HeartbeatStream stream = new(inner);
        Func<Task> start = () => stream.StartAsync();
        await start();
        Console.WriteLine(await stream.Monitor.Completion);
    }

    public static async Task WithMonitorHandedOnAsync(Stream inner)
    {
        await using HeartbeatStream stream = new(inner);
        await ProbeAsync(stream.Monitor);
    }

    public static HeartbeatStream Make(Stream inner)
    {
        HeartbeatStream stream = new(inner);
        stream.Monitor.OwnId = "made";
        return stream;
    }

    public void Keep(Stream inner)
    {
        HeartbeatStream stream = new(inner);
        _kept = stream;
    }

    public Task StartKeptAsync() => _kept!.StartAsync();

    private static async Task TalkAsync(Stream stream) => await stream.WriteAsync(new byte[1]);

    private static async Task ProbeAsync(ConnectionMonitor monitor) => await monitor.ProbeAsync();
}
