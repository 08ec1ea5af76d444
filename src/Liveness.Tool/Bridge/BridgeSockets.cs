using System.Net;
using System.Net.Sockets;

namespace Liveness.Tool.Bridge;

/// <summary>The plain sockets of a bridge.</summary>
internal static class BridgeSockets
{
    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(10);

    /// <exception cref="SocketException">The address is in use, or not of this host.</exception>
    public static Socket Listen(Side side)
    {
        IPAddress address = side.Address!;
        Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(new IPEndPoint(address, side.Port));
            socket.Listen();
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <exception cref="IOException">Nobody answers there.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public static async Task<Socket> ConnectAsync(Side side, TimeProvider timeProvider, CancellationToken stop)
    {
        Socket socket = side.Address is { } address
            ? new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);
        using CancellationTokenSource longest = new(s_connectTimeout, timeProvider);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop, longest.Token);
        try
        {
            socket.NoDelay = true;
            await socket.ConnectAsync(side.Host, side.Port, limit.Token).ConfigureAwait(false);
            return socket;
        }
        catch (Exception exception)
        {
            socket.Dispose();
            if (exception is OperationCanceledException && stop.IsCancellationRequested)
            {
                throw;
            }

            string why = exception is OperationCanceledException
                ? $"no answer within {s_connectTimeout.TotalSeconds} s"
                : exception.Message;
            throw new IOException($"can't connect to {side}: {why}", exception);
        }
    }

    /// <summary>
    /// Closes with a reset, so that what was cut short does not look complete to the other end. Whatever is pending on it fails.
    /// </summary>
    public static void Reset(Socket? socket) => socket?.Close(timeout: 0);

    /// <summary>Passes on the end of what comes from the other side.</summary>
    public static void CompleteWrites(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.NotConnected)
        {
            // It was reset: a pending read says so; where nothing is read any more, that side has said all it had to say.
        }
    }
}
