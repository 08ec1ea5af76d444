using System.Net;
using System.Net.Sockets;
using Liveness;
using Liveness.KeepAlive;
using Liveness.Kernel;

namespace Snippets;

/// <summary>Watching a plain socket by what the kernel knows.</summary>
internal static class WatchASocket
{
    public static async Task RunAsync()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using TcpClient client = new();
        client.Connect((IPEndPoint)listener.LocalEndpoint);
        using Socket peer = listener.AcceptSocket();
        Task<ConnectionLoss?> watching = WatchAsync(client.Client);
        peer.Close(timeout: 0);
        await watching;
    }

    private static async Task<ConnectionLoss?> WatchAsync(Socket socket)
    {
        SocketWatcherOptions options = new() { KeepAlive = new TcpKeepAliveOptions { DetectWithin = TimeSpan.FromSeconds(60) } };
        await using SocketWatcher watcher = SocketWatcher.Start(socket, options);
        watcher.Monitor.ConnectionLost += (_, e) => Console.WriteLine(e.Loss);
        return await watcher.Monitor.Completion;
    }
}
