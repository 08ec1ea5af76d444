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

    /// <summary>
    /// For a socket that somebody else uses: whoever reads it finds its end, whoever writes fails, and the reset goes out when its owner
    /// closes it. Never throws.
    /// </summary>
    public static void Announce(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The kernel has ended it before, and its owner's next read or write says so.
            return;
        }
    }
}
