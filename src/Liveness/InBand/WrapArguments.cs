using System.Net.Sockets;

namespace Liveness;

/// <summary>What can be refused is looked at before the socket or the stream is touched.</summary>
internal static class WrapArguments
{
    public static Socket Checked(Socket socket, HeartbeatOptions? options)
    {
        ArgumentNullException.ThrowIfNull(socket);
        Check(options);
        return socket is { SocketType: SocketType.Stream, Connected: true }
            ? socket
            : throw new ArgumentException(
                "The socket must be a connected stream socket: connect it, or take it from Accept, before wrapping it.", nameof(socket));
    }

    public static Stream Checked(Stream stream, HeartbeatOptions? options)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Check(options);
        return stream is { CanRead: true, CanWrite: true }
            ? stream
            : throw new ArgumentException(
                "The stream must be open and readable and writable at the same time, as a NetworkStream is.", nameof(stream));
    }

    private static void Check(HeartbeatOptions? options)
    {
        if (options is not null && HeartbeatPlan.Create(options).PlainPeers == PlainPeers.Serve)
        {
            throw new ArgumentOutOfRangeException(
                $"options.{nameof(options.PlainPeers)}",
                options.PlainPeers,
                "PlainPeers is Serve, but must be Refuse for a HeartbeatStream, which speaks Liveness at once and with every peer. At the "
                + "end that accepts, use LivenessConnection.AcceptAsync or an ILivenessFactory, which find out first what the peer "
                + "speaks; at the end that connects, leave PlainPeers null.");
        }
    }
}
