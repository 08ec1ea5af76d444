using System.Net;
using System.Net.Sockets;

namespace Liveness;

/// <summary>
/// The connecting end of a side channel: one heartbeat connection to a host watches any number of data connections to it, of which no byte
/// is touched.
/// </summary>
/// <remarks>
/// <para>It proves that the peer's host and process live, and, through a witness on each data socket, that the data path does. Where the
/// two disagree, evidence of life wins: a side connection that breaks alone is rebuilt
/// and costs nobody a connection. What it can't see: whether the application at the other end still works on <em>this</em> connection; that
/// takes a heartbeat inside it.</para>
/// <para>Losses are <see cref="SideSilent"/>, <see cref="PeerDenied"/>, <see cref="KeepAliveTimedOut"/> and <see cref="ConnectionReset"/>.
/// All members may be used from any thread.</para>
/// </remarks>
public sealed partial class SideChannelClient : IAsyncDisposable
{
    private readonly EndPoint _endPoint;
    private readonly SideChannelOptions _options;
    private readonly GuardedLogger _logger;
    private readonly WatchSet _set;
    private readonly SideSession _session;
    private readonly CancellationTokenSource _disposed = new();

    /// <summary>How the first attempt came out.</summary>
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _running = Task.CompletedTask;
    private volatile SideLink? _link;
    private ulong _lastId;

    private SideChannelClient(EndPoint endPoint, SideChannelOptions options)
    {
        _endPoint = endPoint;
        _options = options;
        _logger = LivenessScheduler.For(options.TimeProvider).Guard(options.Logger);
        ConnectionMetrics metrics = ConnectionMetrics.For(options.MeterFactory, options.Name, ConnectionMode.SideChannel, options.TimeProvider);
        _set = new WatchSet(options.EffectiveDetectWithin, options.Witness, options.TimeProvider, _logger, new Owner(this), metrics);
        _session = new SideSession(isAcceptingEnd: false, endPoint as IPEndPoint, _set.Scheduling.Now);
    }

    /// <summary>
    /// Raised on the thread pool when connections are lost, with all that were lost together; after their own events were queued.
    /// </summary>
    public event EventHandler<PeerLostEventArgs>? PeerLost;

    /// <summary>
    /// Whether the side connection is there and its heartbeat in time. False while it is being rebuilt, which by itself is no loss.
    /// </summary>
    public bool IsAlive => _set.Read(_session, static session => session.State == SideState.Alive);

    /// <summary>
    /// Within this time of the last sign of life a loss is told: <see cref="SideChannelOptions.DetectWithin"/>, or what four kernel probes
    /// take, whichever is longer.
    /// </summary>
    public TimeSpan Bound => _set.Bound;

    /// <summary>How many connections are watched now.</summary>
    public int WatchedCount => _set.Count;

    /// <summary>Begins to connect, and keeps the side connection up from then on. Nothing is waited for: connections can be watched at
    /// once, by their kernel alone
    /// (<see cref="ConnectionConditions.Unvouched"/>) until the side connection is there.</summary>
    /// <param name="endPoint">As for <see cref="ConnectAsync"/>.</param>
    /// <param name="options">Null = all defaults. Read now; later changes have no effect.</param>
    /// <exception cref="ArgumentNullException"><paramref name="endPoint"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range; the message names property, value, range and
    /// cure.</exception>
    public static SideChannelClient Start(EndPoint endPoint, SideChannelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        options ??= new SideChannelOptions();
        SideChannelOptionsRules.Check(options).ThrowIfAny();
        SideChannelClient client = new(endPoint, options);
        client._running = Detached.Run(static begun => begun.KeepUpAsync(), client);
        return client;
    }

    /// <summary>Connects, authenticates, and keeps the side connection up from then on.</summary>
    /// <param name="endPoint">Of the peer's <see cref="SideChannelListener"/>: an <see cref="IPEndPoint"/> or a <see cref="DnsEndPoint"/>.
    /// It should lead to the same host as the data connections.</param>
    /// <param name="options">Null = all defaults. Read now; later changes have no effect.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentNullException"><paramref name="endPoint"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range; the message names property, value, range and
    /// cure.</exception>
    /// <exception cref="SocketException">The first connect failed.</exception>
    /// <exception cref="ConnectionLostException">The connection was lost before it was ready, or the peer does not speak Liveness: the loss
    /// says why.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">TLS failed, a secret did not match, or the peer refused for
    /// another reason that the message tells.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static async Task<SideChannelClient> ConnectAsync(EndPoint endPoint, SideChannelOptions? options = null, CancellationToken cancellationToken = default)
    {
        SideChannelClient client = Start(endPoint, options);
        try
        {
            await client.FirstAttempt.WaitAsync(cancellationToken).ConfigureAwait(false);
            return client;
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Watches a data connection to the same host. Its keepalive is turned on unless <see cref="SideChannelOptions.Witness"/> is off;
    /// nothing else of it is touched.
    /// </summary>
    /// <param name="socket">Connected, TCP. Stays yours.</param>
    /// <returns>
    /// The watched connection; until the peer has confirmed it, its condition is <see cref="ConnectionConditions.Unvouched"/>.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    /// <exception cref="ArgumentException">The socket is no connected TCP socket.</exception>
    /// <exception cref="ObjectDisposedException">This client or the socket is disposed.</exception>
    public WatchedConnection Watch(Socket socket) => Watch(Checked(socket), keyHash: null);

    /// <summary>
    /// As <see cref="Watch(Socket)"/>, for a connection whose addresses differ between its ends, behind a NAT or a proxy: both ends name it
    /// by a key.
    /// </summary>
    /// <param name="socket">Connected, TCP. Stays yours.</param>
    /// <param name="key">16 to 512 bytes that both ends know and nobody can guess, one for each connection. Only its SHA-256 is
    /// sent.</param>
    /// <exception cref="ArgumentException">The key is too short or too long, or the socket is no connected TCP socket.</exception>
    /// <exception cref="ObjectDisposedException">This client or the socket is disposed.</exception>
    public WatchedConnection Watch(Socket socket, ReadOnlySpan<byte> key) => Watch(Checked(socket), SideKey.Hash(key));

    /// <summary>
    /// Stops watching, closes the side connection in good order. Every monitor that has not ended is then closed; the sockets stay open.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (!_disposed.IsCancellationRequested)
        {
            await _disposed.CancelAsync().ConfigureAwait(false);
        }

        if (_link is { } link)
        {
            await link.CloseAsync().ConfigureAwait(false);
        }

        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _set.Close();

        // All at once: each may have to wait for a handler.
        await Task.WhenAll(_set.All().Select(static connection => connection.DisposeAsync().AsTask())).ConfigureAwait(false);
    }

    /// <summary>Fails as <see cref="ConnectAsync"/> does; a side connection that was there once counts for ever.</summary>
    internal Task FirstAttempt => _first.Task;

    internal static Socket Checked(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        return socket is { SocketType: SocketType.Stream, ProtocolType: ProtocolType.Tcp, Connected: true }
            ? socket
            : throw new ArgumentException("The socket must be a connected TCP socket: connect it, or take it from Accept, before watching it.", nameof(socket));
    }

    private WatchedConnection Watch(Socket socket, Bytes32? keyHash)
    {
        ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, this);
        WatchedConnection connection = _set.Add(socket, keyHash, _session, Interlocked.Increment(ref _lastId));
        if (_set.Read(_session, static session => session.Link) is { } link)
        {
            SendWatch(link, connection);
        }

        return connection;
    }

    /// <summary>Once over one link, whoever comes first: the watching, or the link that has become ready.</summary>
    private void SendWatch(ISideLink link, WatchedConnection connection)
    {
        if (!_set.Claim(connection, link))
        {
            return;
        }

        Span<byte> message = stackalloc byte[SideLimits.MaxMessage];
        int length = connection.Entry.KeyHash is { } hash
            ? SideMessageWriter.WriteWatchKey(message, new WatchKeyMessage(connection.Entry.Id, hash.Value, connection.Entry.Nonce))
            : SideMessageWriter.WriteWatch(message, new WatchMessage(connection.Entry.Id, connection.Entry.Tuple, connection.Entry.Nonce));
        link.Send(message[..length]);
        if (!_set.Holds(connection))
        {
            // Its UNWATCH may have gone first.
            link.Send(message[..SideMessageWriter.WriteUnwatch(message, new UnwatchMessage(connection.Entry.Id, UnwatchReason.NoLongerWatched))]);
        }
    }

    /// <summary>Not after the dispose.</summary>
    private void Call(EventHandler<PeerLostEventArgs> handler, PeerLostEventArgs lost)
    {
        if (!_disposed.IsCancellationRequested)
        {
            ForeignCode.Call(() => handler(this, lost), _logger, nameof(PeerLost));
        }
    }

    /// <summary>Each by itself: what one does concerns neither the next nor what is still to be judged.</summary>
    private void RaisePeerLost(IReadOnlyList<WatchedConnection> connections)
    {
        if (PeerLost is not { } handlers)
        {
            return;
        }

        PeerLostEventArgs lost = new(connections);
        foreach (EventHandler<PeerLostEventArgs> handler in Delegate.EnumerateInvocationList(handlers))
        {
            _set.Scheduling.WorkQueue.PostForeign(ForeignLane.Handlers, new ForeignCall(() => Call(handler, lost)));
        }
    }
}
