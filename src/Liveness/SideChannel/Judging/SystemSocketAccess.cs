using System.Net.Sockets;
using Liveness.KeepAlive;
using Liveness.Kernel;

namespace Liveness.SideChannel;

/// <summary>Real sockets.</summary>
internal sealed class SystemSocketAccess : ISocketAccess
{
    public static SystemSocketAccess Shared { get; } = new();

    public bool TryName(Socket socket, out ConnectionTuple tuple)
    {
        if (!ConnectionTuple.TryRead(socket, out tuple) && !TryRemember(socket, out tuple))
        {
            return false;
        }

        LocalNetwork.Remember(tuple.LocalAddress);
        return true;
    }

    public SocketReading Read(Socket socket, out TcpInfoSnapshot snapshot) => TcpInfoReader.Read(socket, out snapshot);

    public bool HasUnread(Socket socket)
    {
        try
        {
            return socket.Available > 0;
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    public bool IsClosed(Socket socket) => socket.SafeHandle.IsClosed;

    public WatchFacts Gather(Socket socket) => new WatchedSocket(socket).Gather(TcpKeepAliveSettings.Unknown);

    public WitnessAsking Claim(SideWatch connection, Socket socket, in WitnessPlan plan)
    {
        connection.Entry.Identity = SocketIdentity.Of(socket);
        return KeepAliveOwner.Shared.Claim(
            connection.Entry.Identity,
            new SystemSocketOptions(socket),
            (int)plan.Idle.TotalSeconds,
            (int)plan.Interval.TotalSeconds,
            plan.Bound);
    }

    public WitnessAsking LookAtClaim(SideWatch connection, Socket socket, int unanswered, in WitnessPlan plan) =>
        KeepAliveOwner.Shared.Look(
            connection.Entry.Identity, new SystemSocketOptions(socket), unanswered, (int)plan.Idle.TotalSeconds);

    public void Release(SideWatch connection, Socket socket) =>
        KeepAliveOwner.Shared.Release(connection.Entry.Identity, new SystemSocketOptions(socket));

    /// <summary>
    /// The kernel no longer names the peer of a connection that was reset before it is watched; .NET knows it since the accept or the
    /// connect.
    /// </summary>
    private static bool TryRemember(Socket socket, out ConnectionTuple tuple)
    {
        try
        {
            return ConnectionTuple.TryCreate(socket.LocalEndPoint, socket.RemoteEndPoint, out tuple);
        }
        catch (SocketException)
        {
            // A socket that was made from a handle: nobody has asked for its peer in time.
            tuple = default;
            return false;
        }
    }
}
