using System.Net.Sockets;
using Liveness.KeepAlive;

namespace Liveness.Kernel;

/// <summary>A real socket.</summary>
internal sealed class WatchedSocket(Socket socket) : IWatchedSocket
{
    public bool IsConnected => socket.Connected;

    public SocketReading Read(out TcpInfoSnapshot snapshot) => TcpInfoReader.Read(socket, out snapshot);

    public WatchFacts Gather(TcpKeepAliveSettings before)
    {
        TcpKeepAliveSettings inForce = ReadInForce() ?? before;
        bool? errorIsPending = ErrorIsPending();
        bool isAtEnd = IsAtEnd();
        bool? localNetworkIsDown = LocalNetwork.IsDown(socket);

        // Last: an answer that came before it was given by an open socket.
        return new WatchFacts(inForce, errorIsPending, socket.Connected, isAtEnd, localNetworkIsDown, socket.SafeHandle.IsClosed);
    }

    /// <summary>Once a connection is over, an option reads as what it was, or not at all.</summary>
    private TcpKeepAliveSettings? ReadInForce()
    {
        try
        {
            return TcpKeepAlive.Read(socket);
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
    }

    /// <summary>
    /// Linux' poll says that there is an error and leaves it where it is; reading SO_ERROR, or from the socket, would take it. Other
    /// systems' polls do not say.
    /// </summary>
    private bool? ErrorIsPending()
    {
        if (OperatingSystem.IsWindows())
        {
            return HasFailedForGood() ? true : null;
        }

        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsAndroid())
        {
            return null;
        }

        try
        {
            return socket.Poll(TimeSpan.Zero, SelectMode.SelectError);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // Nobody will fetch it any more; the counters decide.
            return false;
        }
    }

    /// <summary>On Windows an error stays, whoever has met it. Without one, it is not known what else has ended.</summary>
    private bool HasFailedForGood()
    {
        try
        {
            return SocketCalls.HasFailed(socket);
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    private bool IsAtEnd()
    {
        try
        {
            return socket.Poll(TimeSpan.Zero, SelectMode.SelectRead) && socket.Available == 0;
        }
        catch (SocketException)
        {
            // The socket has failed: it may only be a question that is refused here, too.
            return false;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }
}
