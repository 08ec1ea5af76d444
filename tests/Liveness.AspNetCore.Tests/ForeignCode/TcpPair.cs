using System.Net;
using System.Net.Sockets;

namespace Liveness.AspNetCore.Tests.ForeignCode;

/// <summary>Two connected sockets, through a relay where one is given.</summary>
internal sealed class TcpPair : IDisposable
{
    private TcpPair(Socket client, Socket server) => (Client, Server) = (client, server);

    public Socket Client { get; }

    public Socket Server { get; }

    public static async Task<TcpPair> ConnectAsync(Func<EndPoint, EndPoint>? by = null)
    {
        using Socket listener = new(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        Task<Socket> accepting = listener.AcceptAsync();
        Socket client = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await client.ConnectAsync(by?.Invoke(listener.LocalEndPoint!) ?? listener.LocalEndPoint!);
        return new TcpPair(client, await accepting);
    }

    /// <summary>The server's end goes with a reset.</summary>
    public void Reset()
    {
        Server.LingerState = new LingerOption(enable: true, seconds: 0);
        Server.Dispose();
    }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }
}
