using System.Net.Sockets;

namespace Liveness;

/// <summary>Closes a connection by a reset: a FIN would wait behind data that nobody acknowledges.</summary>
internal static class SocketReset
{
    /// <summary>At once, so that nothing of a dead connection arrives late. Never throws.</summary>
    public static void Close(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // Closed by its owner, or a kernel that takes no options on a connection that has failed: it is closed all the same.
        }

        socket.Dispose();
    }
}
