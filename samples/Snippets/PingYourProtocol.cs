using System.Net;
using System.Net.Sockets;
using System.Text;
using Liveness.ProtocolPing;

namespace Snippets;

/// <summary>A protocol that can't be changed, kept watch on by its own ping.</summary>
internal static class PingYourProtocol
{
    private static readonly byte[] s_ping = "PING\r\n"u8.ToArray();

    public static async Task RunAsync()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(listener.LocalEndpoint);
        using Socket server = await listener.AcceptSocketAsync();
        Task serving = ServeAsync(server, pings: 2);
        await WatchAsync(socket, TimeSpan.FromSeconds(1));
        await serving;
    }

    private static async Task WatchAsync(Socket socket, TimeSpan detectWithin)
    {
        ProtocolHeartbeatOptions options = new() { DetectWithin = detectWithin };
        await using ProtocolHeartbeat heartbeat =
            ProtocolHeartbeat.Start(socket, async token => await socket.SendAsync(s_ping, token), options);
        heartbeat.Monitor.ConnectionLost += (_, e) =>
        {
            Console.WriteLine(e.Loss);
            socket.Dispose();
        };

        await ReadAsync(socket, heartbeat);
    }

    private static async Task ReadAsync(Socket socket, ProtocolHeartbeat heartbeat)
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer) is > 0 and int count)
            {
                heartbeat.ReportReceived(count);
                Use(buffer.AsSpan(0, count));
            }

            heartbeat.ReportClosed();
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            heartbeat.ReportFailed(exception);
        }
    }

    private static void Use(ReadOnlySpan<byte> received) => Console.WriteLine($"received {Encoding.ASCII.GetString(received).TrimEnd()}");

    /// <summary>Answers so many pings, and then no more, until the client cuts it off.</summary>
    private static async Task ServeAsync(Socket server, int pings)
    {
        byte[] buffer = new byte[64];
        try
        {
            while (await server.ReceiveAsync(buffer) > 0)
            {
                if (pings-- > 0)
                {
                    await server.SendAsync("+PONG\r\n"u8.ToArray());
                }
            }
        }
        catch (SocketException exception)
        {
            Console.WriteLine($"server: {exception.SocketErrorCode}");
        }
    }
}
