using System.Net.Sockets;

namespace Liveness;

/// <summary>The receives of one socket, one at a time: all that an idle connection holds while it waits.</summary>
/// <remarks>A task that can be cancelled would cost a registration, its source and a delegate for each connection. What closes the socket
/// ends the receive.</remarks>
internal sealed class SocketReceive : SocketAsyncEventArgs
{
    /// <summary>Nobody's execution context flows into what others receive.</summary>
    private const bool SuppressesContext = true;

    public SocketReceive(IReceiver receiver)
        : base(SuppressesContext) => UserToken = receiver;

    /// <param name="socket">Always the same.</param>
    /// <param name="buffer">Empty = it only waits for bytes.</param>
    /// <param name="count">How many came at once.</param>
    /// <returns>False = the receiver will be called.</returns>
    /// <exception cref="SocketException">It has failed at once.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public bool Begin(Socket socket, Memory<byte> buffer, out int count)
    {
        SetBuffer(buffer);
        count = 0;
        if (socket.ReceiveAsync(this))
        {
            return false;
        }

        count = BytesTransferred;
        return SocketError == SocketError.Success ? true : throw new SocketException((int)SocketError);
    }

    protected override void OnCompleted(SocketAsyncEventArgs e) =>
        ((IReceiver)UserToken!).OnReceived(
            BytesTransferred, SocketError == SocketError.Success ? null : new SocketException((int)SocketError));
}
