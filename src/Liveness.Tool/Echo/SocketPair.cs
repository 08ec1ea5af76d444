using System.Net;
using System.Net.Sockets;

namespace Liveness.Tool.Echo;

/// <summary>A TCP connection of which both ends are here.</summary>
internal sealed class SocketPair : IDisposable
{
    private readonly Socket _far;

    private SocketPair(Socket near, Socket far) => (Near, _far) = (near, far);

    public Socket Near { get; }

    public static async Task<SocketPair> OpenAsync(CancellationToken cancellationToken)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Socket near = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await near.ConnectAsync(listener.LocalEndpoint, cancellationToken).ConfigureAwait(false);
        return new SocketPair(near, await listener.AcceptSocketAsync(cancellationToken).ConfigureAwait(false));
    }

    public void Dispose()
    {
        Near.Dispose();
        _far.Dispose();
    }
}
