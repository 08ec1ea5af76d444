using System.Net.Sockets;
using Liveness.KeepAlive;
using Liveness.Kernel;

namespace Liveness;

/// <summary>A socket of somebody who does not know that it is watched: held weakly, so that one that its owner forgets is closed by the
/// garbage collector as ever.</summary>
internal sealed class LentSocket(Socket socket) : IWatchedSocket, IKeepAliveSocket
{
    private readonly WeakReference<Socket> _socket = new(socket);

    /// <summary>Null = its owner has forgotten it.</summary>
    public Socket? Target => _socket.TryGetTarget(out Socket? target) ? target : null;

    public bool IsConnected => Target is { Connected: true };

    public bool IsTcp => true;

    /// <summary>Of what can be watched at all: a Unix domain socket or a datagram socket is none.</summary>
    public static bool IsTcpSocket(Socket socket) =>
        socket.SocketType == SocketType.Stream && socket.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6;

    public SocketReading Read(out TcpInfoSnapshot snapshot)
    {
        if (Target is { } target)
        {
            return TcpInfoReader.Read(target, out snapshot);
        }

        snapshot = default;
        return SocketReading.Gone;
    }

    public WatchFacts Gather(TcpKeepAliveSettings before) => Target is { } target
        ? new WatchedSocket(target).Gather(before)
        : new WatchFacts(before, ErrorIsPending: false, IsConnected: false, IsAtEnd: true, LocalNetworkIsDown: null, HandleIsClosed: true);

    /// <inheritdoc/>
    public TcpKeepAliveSettings Apply(TcpKeepAlivePlan plan) =>
        (Target ?? throw new ObjectDisposedException(nameof(Socket))).ApplyTcpKeepAlive(plan).InForce;

    public bool TryReadSilence(out TimeSpan? silence)
    {
        bool isTaken = Read(out TcpInfoSnapshot kernel) == SocketReading.Taken;
        silence = kernel.SinceAckReceived;
        return isTaken;
    }
}
