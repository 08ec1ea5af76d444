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
        if (options is not null)
        {
            HeartbeatPlan.Create(options);
        }
    }
}
