using System.Diagnostics.CodeAnalysis;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Liveness.KeepAlive;

namespace Liveness;

/// <summary>The first waits of a TCP socket for bytes, until one of them had to wait.</summary>
/// <remarks>ConnectAsync leaves an object of 300 bytes in its socket, for the next receive of its own kind, as long as the socket lives.
/// An idle connection has no use for it: such a receive takes it, and its result is not fetched, which would put it back. An accepted
/// socket has none; it makes one then, which is let go of with its first byte.</remarks>
[SuppressMessage(
    "Reliability",
    "CA2012:Use ValueTasks correctly",
    Justification = "Its result is fetched once at most, when it is over.")]
internal sealed class FirstWait
{
    private readonly Socket _socket;
    private readonly IReceiver _receiver;
    private readonly ValueTask<int> _wait;

    private FirstWait(Socket socket, IReceiver receiver, ValueTask<int> wait) => (_socket, _receiver, _wait) = (socket, receiver, wait);

    /// <inheritdoc cref="SocketReceive.Begin"/>
    public static bool Begin(Socket socket, IReceiver receiver, out int count)
    {
        ValueTask<int> wait = socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, CancellationToken.None);
        if (wait.IsCompleted)
        {
            count = wait.GetAwaiter().GetResult();
            return true;
        }

        // Last, for it may be over at once on another thread.
        count = 0;
        wait.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(new FirstWait(socket, receiver, wait).OnCompleted);
        return false;
    }

    private void OnCompleted()
    {
        Exception? failure = null;
        try
        {
            // What it has failed with is told by its result alone; and whatever is kept then is not kept for long.
            if (!IsAlive())
            {
                _ = _wait.GetAwaiter().GetResult();
            }
        }
        catch (Exception exception)
        {
            // Whatever it is, it is the end of the read side; the session gives it its name.
            failure = exception;
        }

        _receiver.OnReceived(0, failure);
    }

    /// <returns>False also where the kernel does not tell.</returns>
    private bool IsAlive() => TcpInfoSnapshot.TryRead(_socket, out TcpInfoSnapshot kernel) && kernel.State != TcpState.Closed;
}
