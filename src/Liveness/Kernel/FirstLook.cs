using System.Net.NetworkInformation;
using System.Net.Sockets;
using Liveness.KeepAlive;

namespace Liveness.Kernel;

/// <summary>The first look at a socket that is to be watched: whether it is a connection, and whether its kernel tells of it.</summary>
internal static class FirstLook
{
    private const string Cure = "Use a heartbeat instead: in-band, or on a side channel.";

    /// <exception cref="ArgumentException">The socket is no connected TCP socket.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    /// <exception cref="PlatformNotSupportedException">Nothing is told, or nothing that can be true.</exception>
    public static TcpInfoSnapshot At(Socket socket, IWatchedSocket watched)
    {
        switch (watched.Read(out TcpInfoSnapshot first))
        {
            case SocketReading.Gone:
                throw new ObjectDisposedException(nameof(Socket));
            case SocketReading.Refused when IsConnectedTcp(socket):
                throw new PlatformNotSupportedException(
                    "This system, or the sandbox around the process, does not tell what it knows of a TCP connection "
                    + $"(TCP_INFO and its like are refused). {Cure}");
            case SocketReading.Implausible when IsConnectedTcp(socket):
                throw new PlatformNotSupportedException(
                    "This system, or the sandbox around the process, tells of a TCP connection what can't be true (mostly zeros), "
                    + $"so that nothing of it is believed. {Cure}");
            case SocketReading.Taken when IsConnection(first.State, socket.Connected):
                return first;
            default:
                throw new ArgumentException(
                    "The socket must be a connected TCP socket: connect it, or take it from Accept, before watching it.", nameof(socket));
        }
    }

    /// <summary>It was a connection, and is none any more: a peer may end it at any time.</summary>
    public static bool HasEnded(Socket socket) =>
        TcpInfoReader.Read(socket, out TcpInfoSnapshot info) == SocketReading.Taken
            && info is { State: TcpState.Closed or TcpState.DeleteTcb, SegmentsReceived: > 0 };

    private static bool IsConnectedTcp(Socket socket) =>
        socket is { SocketType: SocketType.Stream, ProtocolType: ProtocolType.Tcp, Connected: true };

    /// <summary>One that has ended just now counts: its monitor will say so.</summary>
    private static bool IsConnection(TcpState state, bool isConnected) => state switch
    {
        TcpState.Listen or TcpState.SynSent or TcpState.Unknown => false,
        TcpState.Closed or TcpState.DeleteTcb => isConnected,
        _ => true,
    };
}
