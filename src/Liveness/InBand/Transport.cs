using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using Liveness.KeepAlive;

namespace Liveness;

/// <summary>
/// What carries the bytes. One reader and one writer at a time. What does not return at once is only ever given the library's own buffers.
/// </summary>
internal abstract class Transport
{
    /// <param name="wrapped">Read and written by this transport alone, from now on; null = nobody can get hold of it twice.</param>
    /// <exception cref="InvalidOperationException">Another transport does so already.</exception>
    protected Transport(object? wrapped = null)
    {
        if (wrapped is not null)
        {
            TransportClaims.Take(wrapped, this);
        }
    }

    /// <summary>What the constructor was given.</summary>
    protected virtual object? Wrapped => null;

    /// <summary>Even the scheduler's thread may send on it: nothing of it blocks, and it does no work of its own.</summary>
    public abstract bool NeverBlocks { get; }

    /// <summary>
    /// Its asynchronous operations return at once, so that the application's own thread may begin them; otherwise they begin on the work
    /// queue.
    /// </summary>
    public abstract bool IsTrulyAsynchronous { get; }

    /// <summary><see cref="WaitForBytesAsync"/> really waits: while nothing arrives no buffer is held.</summary>
    public abstract bool WaitsWithoutBuffer { get; }

    /// <summary><see cref="TryReceive"/> works.</summary>
    public virtual bool ReceivesWithoutWaiting => false;

    /// <summary>What a wait without a buffer has found is received without waiting, so that it may go into the application's
    /// memory.</summary>
    public virtual bool ReceivesWhatItFound => false;

    /// <summary>A thread may wait for it by a system call: <see cref="WaitForBytes"/> and <see cref="WaitForRoom"/> work. Its waits without
    /// a buffer may be left to themselves meanwhile.</summary>
    public virtual bool CanBlock => false;

    public abstract ITransportWitness Witness { get; }

    /// <summary>For logs; null = unknown. Kept, for a closed socket does not tell it any more.</summary>
    public virtual EndPoint? Remote => null;

    /// <summary>Letting go of it leaves it to its owner: neither closed nor cut off.</summary>
    public abstract bool LeavesOpen { get; }

    /// <summary>An abort is the application's own: what it throws is no fault of ours.</summary>
    public virtual bool CallsAbort => false;

    /// <summary>TLS has agreed on this protocol: the peer has said that it speaks it.</summary>
    public bool IsNegotiated { get; set; }

    /// <summary>The end of what is sent is told to the peer's kernel right behind the goodbye, and not only when the peer has
    /// answered.</summary>
    public bool HalfCloses { get; set; } = true;

    /// <summary>It cuts what it is handed into records of this size, each sealed by itself, as TLS does; 0 = it does not.</summary>
    public virtual int RecordSize => 0;

    /// <summary>The largest DATA payload of one frame.</summary>
    public virtual int MostPayload => WireLimits.MaxDataPayload;

    /// <summary>Takes what is there, without waiting. The memory is not touched after it has returned.</summary>
    /// <param name="buffer">Filled first; may be the application's.</param>
    /// <param name="next">For what follows; may be empty.</param>
    /// <param name="count">0 = the peer's orderly end.</param>
    /// <returns>False = nothing is there, or the transport can't do this.</returns>
    public virtual bool TryReceive(Memory<byte> buffer, Memory<byte> next, out int count)
    {
        count = 0;
        return false;
    }

    /// <summary>As <see cref="TryReceive"/>, into two arrays by turns: the application's, and ours. At
    /// most <see cref="MostParts"/>, and only where those are more than eight.</summary>
    public virtual bool TryReceiveParts(List<ArraySegment<byte>> parts, out int count)
    {
        count = 0;
        return false;
    }

    /// <summary>Waits until a receive will find something. It may return too early: only a receive tells.</summary>
    /// <returns>Means nothing: an empty receive says 0 whatever there is.</returns>
    public abstract ValueTask<int> WaitForBytesAsync(CancellationToken cancellationToken);

    /// <summary>Blocks until <see cref="TryReceive"/> will find something, for at most so long; zero = only looks.</summary>
    /// <returns>Whether it will.</returns>
    public virtual bool WaitForBytes(TimeSpan most) => false;

    /// <summary>Blocks until a send will be taken, or fail, for at most so long.</summary>
    /// <returns>Whether it will.</returns>
    public virtual bool WaitForRoom(TimeSpan most) => false;

    /// <returns>0 = the peer's orderly end.</returns>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>Letting go of it ends a receive that is pending: none needs a token.</summary>
    public virtual bool EndsReceives => false;

    /// <summary>Receives, or waits for bytes where the buffer is empty: as <see cref="ReceiveAsync"/> and
    /// <see cref="WaitForBytesAsync"/>. One at a time, by one receiver.</summary>
    /// <param name="count">How many bytes came at once.</param>
    /// <returns>False = it is pending: the receiver is called when it is over.</returns>
    public virtual bool Receive(Memory<byte> buffer, IReceiver receiver, CancellationToken cancellationToken, out int count)
    {
        ValueTask<int> receive = buffer.IsEmpty ? WaitForBytesAsync(cancellationToken) : ReceiveAsync(buffer, cancellationToken);
        if (receive.IsCompleted)
        {
            count = receive.GetAwaiter().GetResult();
            return true;
        }

        count = 0;
        receiver.Await(receive);
        return false;
    }

    /// <summary>The failure behind an end that only looks orderly: an error is told once, and a send may have taken it.</summary>
    /// <returns>Null = the end is what it looks like, or the transport can't tell.</returns>
    public virtual Exception? FailureBehindEnd() => null;

    /// <summary>Whether code of this process has closed it beneath us: then an end is no deed of the peer.</summary>
    /// <param name="failure">What a read or write of it failed with; null = it ended.</param>
    /// <returns>How sure that is; null = nothing says so.</returns>
    public virtual LossCertainty? ClosedHere(Exception? failure) => null;

    /// <summary>Its connection is started.</summary>
    public void HoldClaim()
    {
        if (Wrapped is { } wrapped)
        {
            TransportClaims.Hold(wrapped, this);
        }
    }

    /// <summary>It is over: others may wrap what this one has wrapped. Idempotent.</summary>
    public void ReleaseClaim()
    {
        if (Wrapped is { } wrapped)
        {
            TransportClaims.Release(wrapped, this);
        }
    }

    /// <summary>Hands over what there is room for, without waiting.</summary>
    /// <returns>How many bytes; 0 = none, or the transport can't do this.</returns>
    public virtual int TrySend(ReadOnlySpan<byte> bytes) => 0;

    /// <summary>So many parts it takes in one call, without allocating; 0 = none. .NET's own sockets: eight.</summary>
    public virtual int MostParts => 8;

    /// <summary>
    /// As <see cref="TrySend(ReadOnlySpan{byte})"/>, for bytes that lie in two arrays by turns: ours, and the application's. None is
    /// touched after it has returned.
    /// </summary>
    public virtual int TrySend(List<ArraySegment<byte>> parts) => 0;

    /// <summary>Completes when the transport has taken everything.</summary>
    public abstract ValueTask SendAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Keeps what waits unsent beneath us short, where the transport can, so that a beat does not wait behind it.</summary>
    public virtual void LimitUnsent(int bytes)
    {
    }

    /// <summary>Repeats what the path lost within the bound, where the transport can. Asks the kernel: now and then only.</summary>
    /// <param name="bound">Within which the loss of the peer is to be known.</param>
    /// <param name="isQuiet">Little is sent.</param>
    /// <returns>What the kernel said then of the path; null where nobody was asked.</returns>
    public virtual TcpInfoSnapshot? RepairFaster(TimeSpan bound, bool isQuiet) => null;

    /// <summary>
    /// While the connection is known to work: was our own address on an interface? The first time it takes milliseconds: on the work queue
    /// only.
    /// </summary>
    public virtual void RememberLocalNetwork()
    {
    }

    /// <summary>Lets the witness know whether our own interface is up. Takes milliseconds: on the work queue only.</summary>
    public virtual void LookAtLocalNetwork()
    {
    }

    /// <summary>Says that we send no more, where the transport can.</summary>
    public abstract void ShutdownSend();

    /// <summary>Here a reset throws away what was sent before it and not received yet: <see cref="PartAsync"/> goes before an abort. The
    /// kernel that does so is the peer's, which nobody knows; our own stands for it.</summary>
    public virtual bool ResetOvertakes => false;

    /// <summary>Says that we send no more, and drops what comes until the peer has ended the connection too: then it has received all of
    /// ours. Never throws.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public virtual Task PartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Cuts the connection off: by a TCP reset where there is a socket. May block on a foreign stream.</summary>
    public abstract void Abort();

    /// <summary>Lets go of the transport in good order: closes it, unless it is to stay open. May block on a foreign stream.</summary>
    public abstract ValueTask CloseAsync();

    /// <summary>A class derived from NetworkStream has a reason to be: it is used as the stream that it is.</summary>
    /// <param name="timeProvider">Null = the system's. By any other clock the kernel's ages mean nothing.</param>
    /// <param name="beneath">The socket beneath a stream of another kind; its owner closes it.</param>
    public static Transport Over(
        Stream stream, bool leaveOpen, Action<Stream>? abort, TimeProvider? timeProvider = null, Socket? beneath = null)
    {
        return stream switch
        {
            NetworkStream network when network.GetType() == typeof(NetworkStream) =>
                new SocketTransport(network.Socket, network, leaveOpen),
            SslStream tls when tls.GetType() == typeof(SslStream) =>
                new StreamTransport(tls, leaveOpen, abort, isTrulyAsynchronous: true, SocketBeneath(tls) ?? beneath)
                {
                    LeavesInnerOpen = tls.LeaveInnerStreamOpen || SocketBeneath(tls) is null,
                    KernelAgesCount = IsSystem(timeProvider),
                    HandsOverWhatItFound = HandsOverWhatItFound(tls),
                    IsNegotiated = PeerRecognition.ByProtocol(tls, negotiated: null)?.Kind == PeerKind.Liveness,
                },
            _ => new StreamTransport(stream, leaveOpen, abort, isTrulyAsynchronous: false, beneath)
            {
                LeavesInnerOpen = true,
                KernelAgesCount = IsSystem(timeProvider),
            },
        };
    }

    /// <returns>Null = there is none, or none that can be found.</returns>
    public static Socket? SocketBeneath(Stream stream) =>
        BeneathTls(stream) is NetworkStream network && network.GetType() == typeof(NetworkStream) ? network.Socket : null;

    /// <returns>What TLS goes over; the stream itself where it is no TLS, or a class of somebody else.</returns>
    public static Stream BeneathTls(Stream stream) =>
        stream is SslStream tls && tls.GetType() == typeof(SslStream) ? InnerStream(tls) : stream;

    /// <summary>A socket that has been disposed says so to whoever asks, and to nobody before.</summary>
    protected static bool IsDisposed(Socket socket)
    {
        try
        {
            _ = socket.Available;
            return false;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
        catch (SocketException)
        {
            // It has failed; that is another thing.
            return false;
        }
    }

    /// <summary>An empty read of TLS ends when a record is opened. The read behind it gives that out, and opens what else lies there: it
    /// waits only where that asks for new keys, which TLS 1.3 has done away with. (Windows hands every message of the handshake's layer to
    /// the system, and answers it before it goes on.)</summary>
    private static bool HandsOverWhatItFound(SslStream tls) =>
        OperatingSystem.IsLinux() && tls.IsAuthenticated && tls.SslProtocol == SslProtocols.Tls13;

    private static bool IsSystem(TimeProvider? timeProvider) => timeProvider is null || ReferenceEquals(timeProvider, TimeProvider.System);

    /// <summary>A protected member, which derived classes may count on; SslStream has no public one.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_InnerStream")]
    private static extern Stream InnerStream(AuthenticatedStream stream);
}
