using System.Net.Sockets;

namespace Liveness;

/// <summary>Where the first bytes of a peer come from, for whoever only wants to know what kind of peer it is.</summary>
internal abstract class FirstBytesSource
{
    /// <summary>What nobody else may read meanwhile: as <see cref="Transport"/> claims it.</summary>
    public abstract object Claimed { get; }

    /// <summary>What was taken out, and is to be replayed to whoever reads.</summary>
    public virtual ReadOnlyMemory<byte> Taken => default;

    /// <summary>
    /// Bytes may have arrived that no wait has found: the thread pool may be behind. Null where nothing shows what has arrived.
    /// </summary>
    public abstract bool? MayHoldMore { get; }

    /// <summary>The cheapest that shows what the peer has sent: what can be shown without taking it stays where it is.</summary>
    /// <param name="stream">Null = the socket is all there is.</param>
    /// <param name="socket">Beneath the stream, where one is known.</param>
    /// <param name="scheduler">In whose lanes, and by whose time, a stream of a kind that we don't know is read.</param>
    public static FirstBytesSource Of(Stream? stream, Socket? socket, LivenessScheduler scheduler) => stream switch
    {
        null => new SocketFirstBytes(socket!),
        NetworkStream network when network.GetType() == typeof(NetworkStream) => new SocketFirstBytes(network.Socket),
        IPeekable peekable => new PeekedFirstBytes(peekable, socket, scheduler),
        _ => new StreamFirstBytes(stream, socket, scheduler.WorkQueue),
    };

    /// <summary>Waits for bytes behind those that were kept.</summary>
    /// <param name="buffer">As many as are still of interest.</param>
    /// <param name="cancellationToken">Ends the waiting. No byte is lost by it.</param>
    /// <returns>How many came; 0 = the peer says nothing more.</returns>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>The same, for what is there, without waiting for the peer.</summary>
    /// <returns>Null = nothing is there.</returns>
    public abstract ValueTask<int?> LookAsync(Memory<byte> buffer);

    /// <summary>The newest bytes decide nothing: the next ones are those behind them.</summary>
    public abstract void Keep(ReadOnlySpan<byte> bytes);

    /// <summary>Nobody will read on here. Waits, for a while, for a read that is still under way, so that it steals nothing.</summary>
    /// <param name="timeProvider">Whose time that is; guarded.</param>
    public virtual Task LeaveAsync(TimeProvider timeProvider) => Task.CompletedTask;

    /// <summary>What a plain peer is read from.</summary>
    /// <param name="inner">As it would be without this.</param>
    public virtual Stream Rest(Stream inner) => Taken.IsEmpty ? inner : new ReplayStream(inner, Taken, pending: null);

    /// <summary>Bytes lie unread in the kernel.</summary>
    /// <returns>Null = there is no socket that would tell.</returns>
    protected static bool? HasUnread(Socket? socket)
    {
        try
        {
            return socket is null ? null : socket.Available > 0;
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // Whoever reads next is told.
            return false;
        }
    }
}
