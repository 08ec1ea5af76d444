using System.Net;
using System.Net.Sockets;
using Liveness;

namespace Snippets;

/// <summary>A question and its answer over a socket that is wrapped at both ends, and a server that leaves with a word.</summary>
internal static class WrapASocket
{
    public static async Task RunAsync()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using TcpClient connected = new();
        await connected.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        Task serving = ServeAsync(await listener.AcceptSocketAsync());
        await AskAsync(connected.Client);
        await serving;
    }

    private static async Task AskAsync(Socket socket)
    {
        HeartbeatOptions options = new() { DetectWithin = TimeSpan.FromSeconds(5) };
        await using HeartbeatStream stream = await HeartbeatStream.StartAsync(socket, options);

        // From now on, at half the pace: the device runs on its battery.
        stream.ChangeDetectWithin(TimeSpan.FromSeconds(10));

        await stream.WriteAsync("how much?"u8.ToArray());
        stream.CompleteWrites();
        using StreamReader answer = new(stream, leaveOpen: true);
        Console.WriteLine($"client: {await answer.ReadToEndAsync()}");
        Console.WriteLine($"client: {stream.Monitor.PeerGoingAway}");
    }

    private static async Task ServeAsync(Socket socket)
    {
        HeartbeatOptions options = new() { DetectWithin = TimeSpan.FromSeconds(5) };
        await using HeartbeatStream stream = new(socket, options);
        await stream.StartAsync();

        using StreamReader question = new(stream, leaveOpen: true);
        Console.WriteLine($"server: {await question.ReadToEndAsync()}");
        await stream.WriteAsync("4711 kWh"u8.ToArray());
        CloseResult result = await stream.CloseAsync(CloseReason.GoingAway, "the server restarts", TimeSpan.FromSeconds(30));
        Console.WriteLine($"server: {result.Outcome}");
    }
}
