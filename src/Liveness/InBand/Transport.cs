using System.Net.Sockets;

namespace Liveness;

/// <summary>What carries the bytes. One reader and one writer at a time; buffers are the library's own, never the caller's.</summary>
internal abstract class Transport
{
    /// <summary>Its operations never block the calling thread, so that the scheduler's thread may send on it.</summary>
    public abstract bool NeverBlocks { get; }

    public abstract ITransportWitness Witness { get; }

    /// <summary>How large a buffer a receive deserves, after one that filled <paramref name="lastCount"/> of <paramref name="lastSize"/> bytes.</summary>
    public abstract int ReceiveSize(int lastCount, int lastSize);

    /// <summary>Letting go of it leaves it to its owner: neither closed nor cut off.</summary>
    public abstract bool LeavesOpen { get; }

    /// <summary>Waits without a buffer until a receive will find something, where the transport can.</summary>
    /// <returns>Means nothing: an empty receive says 0 whatever there is.</returns>
    public abstract ValueTask<int> WaitForBytesAsync(CancellationToken cancellationToken);

    /// <returns>0 = the peer's orderly end.</returns>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>The failure behind an end that only looks orderly: an error is told once, and a send may have taken it.</summary>
    /// <returns>Null = the end is what it looks like, or the transport can't tell.</returns>
    public virtual Exception? FailureBehindEnd() => null;

    /// <summary>Completes when the transport has taken everything.</summary>
    public abstract ValueTask SendAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Says that we send no more, where the transport can.</summary>
    public abstract void ShutdownSend();

    /// <summary>Cuts the connection off: by a TCP reset where there is a socket. May block on a foreign stream.</summary>
    public abstract void Abort();

    /// <summary>Lets go of the transport in good order: closes it, unless it is to stay open. May block on a foreign stream.</summary>
    public abstract ValueTask CloseAsync();

    /// <summary>A class derived from NetworkStream has a reason to be: it is used as the stream that it is.</summary>
    public static Transport Over(Stream stream, bool leaveOpen, Action<Stream>? abort) => stream is NetworkStream network && stream.GetType() == typeof(NetworkStream)
        ? new SocketTransport(network.Socket, network, leaveOpen)
        : new StreamTransport(stream, leaveOpen, abort);
}
