using System.Net;
using System.Net.Sockets;
using Liveness;

namespace Snippets;

/// <summary>A connection of a client library that shows its socket before it connects it, and does the rest by itself.</summary>
internal static class WatchAClientsSocket
{
    public static async Task RunAsync()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        await using LivenessFactory factory = new(new LivenessOptions { Mode = LivenessMode.KernelOnly });
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        Watch(factory, socket);
        await socket.ConnectAsync(listener.LocalEndpoint);
        (await listener.AcceptSocketAsync()).Close(timeout: 0);
        while (factory.RecentLosses.Count == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    private static void Watch(ILivenessFactory factory, Socket socket)
    {
        factory.Watch(new AttachTarget(socket) { Description = "orders" }, "database", watched =>
            watched.Monitor.ConnectionLost += (_, e) => Console.WriteLine($"{watched.Description}: {e.Loss}"));
    }
}
