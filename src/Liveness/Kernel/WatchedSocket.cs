using System.Net.Sockets;

namespace Liveness;

/// <summary>A real socket.</summary>
internal sealed class WatchedSocket(Socket socket) : IWatchedSocket
{
    public bool IsConnected => socket.Connected;

    public SocketReading Read(out TcpInfoSnapshot snapshot) =>
        TcpInfoSnapshot.TryRead(socket, out snapshot) ? SocketReading.Taken : IsDisposed ? SocketReading.Disposed : SocketReading.Refused;

    public WatchFacts Gather(TcpKeepAliveSettings before)
    {
        return new WatchFacts(ReadInForce() ?? before, ErrorIsPending(), socket.Connected, LocalNetwork.IsDown(socket));
    }

    /// <summary>The socket does not say so itself; asking for its type touches nothing.</summary>
    private bool IsDisposed
    {
        get
        {
            try
            {
                socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Type);
                return false;
            }
            catch (ObjectDisposedException)
            {
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        }
    }

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

    /// <summary>Linux' poll says that there is an error and leaves it where it is; reading SO_ERROR, or from the socket, would take it. Other systems' polls do not say.</summary>
    private bool? ErrorIsPending()
    {
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
}
