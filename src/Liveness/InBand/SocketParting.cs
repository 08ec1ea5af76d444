using System.Net.Sockets;

namespace Liveness;

/// <summary>Lets the peer receive what was sent, before the connection is reset.</summary>
internal static class SocketParting
{
    /// <summary>So much is dropped at once.</summary>
    private const int DroppedAtOnce = 4 * 1024;

    /// <summary>Windows' kernel drops, at a reset, what has arrived and was not received by the program. All others hand that out first,
    /// and the error after it.</summary>
    public static bool IsNeeded => OperatingSystem.IsWindows();

    /// <summary>FIN, and then whatever comes, until the peer's FIN or reset.</summary>
    /// <param name="socket">In use by nobody but receives whose result no longer matters.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static async Task EndAsync(Socket socket, CancellationToken cancellationToken)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
            byte[] dropped = new byte[DroppedAtOnce];
            int count;
            do
            {
                count = await socket.ReceiveAsync(dropped, SocketFlags.None, cancellationToken).ConfigureAwait(false);
            }
            while (count > 0);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The peer has reset the connection, or has had its time: our own reset follows either way.
            return;
        }
    }
}
