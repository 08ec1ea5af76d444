using System.Net;
using System.Net.Sockets;
using Liveness.KeepAlive;

namespace Snippets;

/// <summary>The kernel's keepalive on a plain socket: planned, applied, read back.</summary>
internal static class KernelKeepAlive
{
    public static void Run()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using TcpClient client = new();
        client.Connect((IPEndPoint)listener.LocalEndpoint);
        using Socket socket = listener.AcceptSocket();
        Apply(socket);
        if (TcpInfoSnapshot.TryRead(socket, out TcpInfoSnapshot info))
        {
            Console.WriteLine($"{info.State}, round trip {info.RoundTrip?.TotalMicroseconds} us, "
                + $"last acknowledgement {info.SinceAckReceived?.TotalMilliseconds} ms ago, {info.UnansweredProbes} probes unanswered");
        }
    }

    public static HttpClient MakeHttpClient()
    {
        SocketsHttpHandler handler = new() { ConnectCallback = TcpKeepAlive.CreateConnectCallback(TcpKeepAlivePresets.Cloud()) };
        return new HttpClient(handler);
    }

    private static void Apply(Socket socket)
    {
        Console.WriteLine(TcpKeepAlive.Read(socket));
        TcpKeepAliveResult applied = socket.ApplyTcpKeepAlive(new TcpKeepAliveOptions { DetectWithin = TimeSpan.FromSeconds(60) });
        Console.WriteLine(applied.InForce);
    }
}
