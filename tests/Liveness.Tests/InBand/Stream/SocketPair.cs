using System.Net;
using System.Net.Sockets;

namespace Liveness.Tests.InBand;

/// <summary>Two connected sockets of this machine's loopback.</summary>
internal sealed class SocketPair : IDisposable
{
    private SocketPair(Socket client, Socket server) => (Client, Server) = (client, server);

    public Socket Client { get; }

    public Socket Server { get; }

    public static SocketPair OverTcp() => Connect(new IPEndPoint(IPAddress.Loopback, 0), ProtocolType.Tcp);

    public static SocketPair OverUnixDomain(string path) => Connect(new UnixDomainSocketEndPoint(path), ProtocolType.Unspecified);

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }

    private static SocketPair Connect(EndPoint endPoint, ProtocolType protocol)
    {
        using Socket listener = new(endPoint.AddressFamily, SocketType.Stream, protocol);
        listener.Bind(endPoint);
        listener.Listen(1);
        Socket client = new(endPoint.AddressFamily, SocketType.Stream, protocol);
        client.Connect(listener.LocalEndPoint!);
        return new SocketPair(client, listener.Accept());
    }
}
