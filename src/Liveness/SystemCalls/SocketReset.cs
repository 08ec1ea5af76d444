using System.Net.Sockets;

namespace Liveness;

/// <summary>Closes a connection by a reset: a FIN would wait behind data that nobody acknowledges.</summary>
internal static class SocketReset
{
    /// <summary>The next close of the socket is a reset, where it can be: see <see cref="Close"/>.</summary>
    public static void Prepare(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // Over already, or a kernel that takes no options on a connection that has failed: it is closed all the same.
            return;
        }
    }

    /// <summary>At once, so that nothing of a dead connection arrives late. Never throws.</summary>
    public static void Close(Socket socket)
    {
        Prepare(socket);
        socket.Dispose();
    }
}
