namespace Liveness.Testing;

/// <summary>A connection within this process: two streams, and between them a network with faults on demand.</summary>
/// <remarks>
/// <para>With a <see cref="ManualTimeProvider"/>, everything follows from the actions of the test. With the system's clock, the default,
/// delays are real.</para>
/// <para>
/// The streams behave like <see cref="System.Net.Sockets.NetworkStream"/>: one read and one write at a time, a zero-byte read waits for
/// data, errors are an <see cref="IOException"/> with a <see cref="System.Net.Sockets.SocketException"/> inside. Disposing one sends FIN,
/// or RST if received bytes were not read; a write to a closed peer is first accepted, then fails.
/// Synchronous calls block. A slow reader is one that does not read: writes wait when <see cref="LinkConditions.BufferSize"/> bytes are
/// unread.
/// </para>
/// <para>You can call all members from any thread. Continuations of reads and writes that had to wait run on the thread pool.</para>
/// </remarks>
/// <example>
/// <code>
/// ManualTimeProvider clock = new();
/// using InMemoryLink link = InMemoryLink.Create(clock);
/// HeartbeatOptions options = new() { DetectWithin = TimeSpan.FromSeconds(10), TimeProvider = clock };
/// await using HeartbeatStream client = new(link.Client, options);
/// await using HeartbeatStream server = new(link.Server, options);
/// await Task.WhenAll(client.StartAsync(), server.StartAsync());
/// </code>
/// </example>
public sealed class InMemoryLink : IFaultyCable, IDisposable
{
    private readonly TimeProvider _timeProvider;
    private readonly WorkQueue _workQueue;
    private readonly LinkDirection _toServer;
    private readonly LinkDirection _toClient;
    private ITimer? _timer;
    private Instant _timerDue = Instant.Never;
    private bool _disposed;

    internal InMemoryLink(TimeProvider timeProvider, LinkConditions toServer, LinkConditions toClient, int seed)
    {
        _timeProvider = timeProvider;
        _workQueue = WorkQueue.Of(timeProvider);
        (ToServer, ToClient) = (toServer, toClient);
        _toServer = new LinkDirection(toServer, seed);
        _toClient = new LinkDirection(toClient, ~seed);
        ClientEnd = new InMemoryStream(this, _toClient, _toServer);
        ServerEnd = new InMemoryStream(this, _toServer, _toClient);
        toServer.Changed += Settle;
        toClient.Changed += Settle;
    }

    /// <summary>One end of the connection. Both ends behave alike.</summary>
    public Stream Client => ClientEnd;

    /// <summary>The other end of the connection.</summary>
    public Stream Server => ServerEnd;

    /// <summary>The network from <see cref="Client"/> to <see cref="Server"/>.</summary>
    public LinkConditions ToServer { get; }

    /// <summary>The network from <see cref="Server"/> to <see cref="Client"/>.</summary>
    public LinkConditions ToClient { get; }

    /// <summary>The bytes that went from <see cref="Client"/> to <see cref="Server"/>.</summary>
    public LinkTraffic TrafficToServer => TrafficOf(_toServer);

    /// <summary>The bytes that went from <see cref="Server"/> to <see cref="Client"/>.</summary>
    public LinkTraffic TrafficToClient => TrafficOf(_toClient);

    internal Lock Gate { get; } = new();

    internal InMemoryStream ClientEnd { get; }

    internal InMemoryStream ServerEnd { get; }

    internal Instant Now => Instant.Now(_timeProvider);

    /// <summary>Creates a connection without faults. Dispose the link when the test is over.</summary>
    /// <param name="timeProvider">The clock; null, the default, means the system's.</param>
    /// <param name="seed">The seed of the generator behind <see cref="LinkConditions.Jitter"/>; the default is 0. The same seed yields the
    /// same jitter.</param>
    public static InMemoryLink Create(TimeProvider? timeProvider = null, int seed = 0)
        => new(timeProvider ?? TimeProvider.System, new LinkConditions(), new LinkConditions(), seed);

    /// <summary>
    /// Closes one end by RST, like a socket with linger zero: fits <c>HeartbeatOptions.AbortTransport</c>. The other end reads what has
    /// arrived, then gets <c>ConnectionReset</c>.
    /// </summary>
    /// <param name="stream"><see cref="Client"/> or <see cref="Server"/> of any link.</param>
    /// <exception cref="ArgumentException">It is neither.</exception>
    public static void Abort(Stream stream) => EndOf(stream).Abort();

    /// <summary>Closes the sending side of one end: FIN behind the data. Reading goes on; writing fails with <c>Shutdown</c>.</summary>
    /// <param name="stream"><see cref="Client"/> or <see cref="Server"/> of any link.</param>
    /// <exception cref="ArgumentException">It is neither.</exception>
    /// <exception cref="ObjectDisposedException">The stream is closed.</exception>
    public static void CompleteWrites(Stream stream) => EndOf(stream).CompleteWrites();

    /// <summary>Pulls the cable: nothing arrives at either end any more, and no error either.</summary>
    public void Cut()
    {
        CutToServer();
        CutToClient();
    }

    /// <summary>Nothing arrives at <see cref="Server"/> any more.</summary>
    public void CutToServer() => ToServer.IsCut = true;

    /// <summary>Nothing arrives at <see cref="Client"/> any more.</summary>
    public void CutToClient() => ToClient.IsCut = true;

    /// <summary>Holds both directions up, without loss, until <see cref="Resume"/>.</summary>
    public void Stall() => (ToServer.IsStalled, ToClient.IsStalled) = (true, true);

    /// <summary>Delivers what was held up.</summary>
    public void Resume() => (ToServer.IsStalled, ToClient.IsStalled) = (false, false);

    /// <summary>
    /// Both ends get an RST at once, whatever the conditions: pending and later operations fail with <c>ConnectionReset</c>; bytes that
    /// were not read are lost.
    /// </summary>
    public void Reset()
    {
        lock (Gate)
        {
            _toServer.Break();
            _toClient.Break();
        }

        Settle();
    }

    /// <summary>
    /// Both ends get a FIN, as if the other had closed: behind the data written before, and not through a cut. Later writes are first
    /// accepted, then fail with <c>Shutdown</c>.
    /// </summary>
    public void Close()
    {
        lock (Gate)
        {
            _toServer.Complete(Now);
            _toClient.Complete(Now);
        }

        Settle();
    }

    /// <summary>Aborts both ends: their pending operations fail, later ones throw <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        ToServer.Changed -= Settle;
        ToClient.Changed -= Settle;
        ClientEnd.Abort();
        ServerEnd.Abort();
        lock (Gate)
        {
            _disposed = true;
            _timer?.Dispose();
        }
    }

    /// <summary>Lets everything happen that can happen now, and sees to it that the rest happens when it is due.</summary>
    internal void Settle()
    {
        lock (Gate)
        {
            Instant now = Now;
            bool changed;
            do
            {
                Refuse(_toServer, _toClient, now);
                Refuse(_toClient, _toServer, now);
                changed = ClientEnd.TrySettle(now) | ServerEnd.TrySettle(now);
            }
            while (changed);
            Arm(Instant.Min(_toServer.NextEvent(now), _toClient.NextEvent(now)), now);
        }

        ClientEnd.PostSettled(_workQueue);
        ServerEnd.PostSettled(_workQueue);
    }

    internal void Cancel(LinkOperation operation, CancellationToken cancellationToken)
    {
        lock (Gate)
        {
            operation.Cancel(cancellationToken);
        }

        operation.PostIfSettled(_workQueue);
    }

    private static InMemoryStream EndOf(Stream stream)
        => stream as InMemoryStream ?? throw new ArgumentException("The stream is not an end of an InMemoryLink.", nameof(stream));

    /// <summary>Who gets bytes that it does not take answers with RST.</summary>
    private static void Refuse(LinkDirection direction, LinkDirection back, Instant now)
    {
        direction.Observe(now);
        if (direction.TakeRefusal())
        {
            back.Reset(now);
        }
    }

    private void Arm(Instant due, Instant now)
    {
        if (_disposed || due == _timerDue)
        {
            return;
        }

        _timerDue = due;
        _timer ??= _timeProvider.CreateTimer(
            static link => ((InMemoryLink)link!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(due == Instant.Never ? Timeout.InfiniteTimeSpan : Wait(due - now), Timeout.InfiniteTimeSpan);
    }

    /// <summary>The system's timers drop fractions of a millisecond: rounded down, the last one would be spent spinning.</summary>
    private TimeSpan Wait(TimeSpan span)
    {
        TimeSpan longest = TimeSpan.FromDays(1);
        span = span > longest ? longest : span;
        return _timeProvider == TimeProvider.System ? TimeSpan.FromMilliseconds(Math.Ceiling(span.TotalMilliseconds)) : span;
    }

    private void OnTimer()
    {
        lock (Gate)
        {
            _timerDue = Instant.Never;
        }

        Settle();
    }

    private LinkTraffic TrafficOf(LinkDirection direction)
    {
        lock (Gate)
        {
            direction.Observe(Now);
            long? lastDelivered = direction.LastDelivered is { } last ? TimestampOf(last) : null;
            return new LinkTraffic(direction.AcceptedBytes, direction.DeliveredBytes, lastDelivered);
        }
    }

    private long TimestampOf(Instant instant) => (long)((Int128)instant.Ticks * _timeProvider.TimestampFrequency / TimeSpan.TicksPerSecond);
}
