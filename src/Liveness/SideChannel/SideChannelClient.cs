using System.Net;
using System.Net.Sockets;
using Liveness.Diagnostics;

namespace Liveness.SideChannel;

/// <summary>
/// The connecting end of a side channel: one heartbeat connection to a host watches any number of data connections to it, without touching
/// their bytes.
/// </summary>
/// <remarks>
/// <para>It proves that the peer's host and process live and, through a witness on each data socket, that the data path works. Where the
/// two disagree, evidence of life wins: a side connection that breaks alone is rebuilt, and no data connection is lost by it. It can't see
/// whether the application at the other end still works on <em>this</em> connection; only a heartbeat inside the connection can.</para>
/// <para>Losses are <see cref="SideConnectionSilent"/>, <see cref="PeerDenied"/>, <see cref="KeepAliveTimedOut"/> and
/// <see cref="ConnectionReset"/>. You can use all members from any thread.</para>
/// </remarks>
public sealed class SideChannelClient : IAsyncDisposable
{
    private readonly WatchSet _set;
    private readonly SideSession _session;
    private readonly SideLinkKeeper _keeper;
    private readonly PeerLostEvent _peerLost;
    private readonly CancellationTokenSource _disposed = new();
    private ulong _lastId;

    private SideChannelClient(EndPoint endPoint, SideChannelClientOptions options)
    {
        GuardedLogger logger = LivenessScheduler.For(options.TimeProvider).Guard(options.Logger);
        ConnectionMetrics metrics = ConnectionMetrics.For(
            options.MeterFactory, options.Name, ConnectionMode.SideChannel, options.TimeProvider);
        Owner owner = new(this, endPoint, logger);
        _set = new WatchSet(options.EffectiveDetectWithin, options.Witness, options.TimeProvider, logger, owner, metrics);
        _session = new SideSession(isAcceptingEnd: false, endPoint as IPEndPoint, _set.Scheduling.Now);
        _peerLost = new PeerLostEvent(this, _set.Scheduling.WorkQueue, logger, _disposed.Token);
        owner.Probe = new HostProbe(endPoint, options, _set, _session, _disposed.Token);
        _keeper = new SideLinkKeeper(endPoint, options, logger, _set, _session, owner, _disposed.Token);
    }

    /// <summary>
    /// Raised on the thread pool when connections are lost, once for all that were lost together, and after their own events were queued.
    /// </summary>
    public event EventHandler<SidePeerLostEventArgs>? PeerLost
    {
        add => _peerLost.Lost += value;
        remove => _peerLost.Lost -= value;
    }

    /// <summary>
    /// Whether the side connection is established and its heartbeat is on time. It is false while the side connection is being rebuilt,
    /// which by itself is no loss.
    /// </summary>
    public bool IsAlive => _set.Read(_session, static session => session.State == SideState.Alive);

    /// <summary>
    /// The time after the last sign of life within which a loss is reported: <see cref="SideChannelClientOptions.DetectWithin"/> or the
    /// time of four kernel probes, whichever is longer.
    /// </summary>
    public TimeSpan Bound => _set.Bound;

    /// <summary>The number of connections that are watched now.</summary>
    public int WatchedCount => _set.Count;

    /// <summary>Starts connecting, and keeps the side connection up from then on. It doesn't wait: you can watch connections at once, and
    /// until the side connection is established only their kernel watches them (<see cref="ConnectionConditions.Unvouched"/>).</summary>
    /// <param name="endPoint">The address of the peer's <see cref="SideChannelListener"/>, as for <see cref="ConnectAsync"/>.</param>
    /// <param name="options">The options; null means all defaults. They are read by this call, so later changes have no effect.</param>
    /// <exception cref="ArgumentNullException"><paramref name="endPoint"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range; the message names property, value, range and
    /// cure.</exception>
    public static SideChannelClient Start(EndPoint endPoint, SideChannelClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        options ??= new SideChannelClientOptions();
        SideChannelOptionsRules.Check(options).ThrowIfAny();
        SideChannelClient client = new(endPoint, options);
        client._keeper.Start();
        return client;
    }

    /// <summary>Connects and authenticates the side connection, and keeps it up from then on.</summary>
    /// <param name="endPoint">The address of the peer's <see cref="SideChannelListener"/>: an <see cref="IPEndPoint"/> or a
    /// <see cref="DnsEndPoint"/>. It should lead to the same host as the data connections.</param>
    /// <param name="options">The options; null means all defaults. They are read by this call, so later changes have no effect.</param>
    /// <param name="cancellationToken">Cancels connecting, and disposes the client.</param>
    /// <exception cref="ArgumentNullException"><paramref name="endPoint"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range; the message names property, value, range and
    /// cure.</exception>
    /// <exception cref="SocketException">The first connect failed.</exception>
    /// <exception cref="ConnectionLostException">The connection was lost before it was ready, or the peer doesn't speak Liveness. The loss
    /// says why.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">TLS failed, the secrets don't match, or the peer refused
    /// for another reason, which the message tells.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <example>
    /// <code>
    /// SideChannelClientOptions options = new() { DetectWithin = TimeSpan.FromSeconds(5) };
    /// await using SideChannelClient side = await SideChannelClient.ConnectAsync(sideEndPoint, options);
    /// SideWatch watched = side.Watch(data);
    /// </code>
    /// </example>
    public static async Task<SideChannelClient> ConnectAsync(
        EndPoint endPoint, SideChannelClientOptions? options = null, CancellationToken cancellationToken = default)
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
    /// Watches a data connection to the same host. It turns keepalive on for the socket unless
    /// <see cref="SideChannelClientOptions.Witness"/> is off, and changes nothing else.
    /// </summary>
    /// <param name="socket">A connected TCP socket. You still own and close it.</param>
    /// <returns>
    /// The watched connection. Until the peer has confirmed it, its condition is <see cref="ConnectionConditions.Unvouched"/>.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    /// <exception cref="ArgumentException">The socket is not a connected TCP socket.</exception>
    /// <exception cref="ObjectDisposedException">This client or the socket is disposed.</exception>
    public SideWatch Watch(Socket socket) => Watch(Checked(socket), keyHash: null);

    /// <summary>
    /// Watches like <see cref="Watch(Socket)"/>, for a connection whose addresses differ between its ends, behind a NAT or a proxy: both
    /// ends name it by a key.
    /// </summary>
    /// <param name="socket">A connected TCP socket. You still own and close it.</param>
    /// <param name="key">16 to 512 bytes that both ends know and nobody else can guess, different for each connection. Only the SHA-256 of
    /// the key is sent.</param>
    /// <exception cref="ArgumentException">The key is too short or too long, or the socket is not a connected TCP socket.</exception>
    /// <exception cref="ObjectDisposedException">This client or the socket is disposed.</exception>
    public SideWatch Watch(Socket socket, ReadOnlySpan<byte> key) => Watch(Checked(socket), SideKey.Hash(key));

    /// <summary>
    /// Stops watching, and closes the side connection in good order. Every monitor that has not ended is then closed. The sockets stay
    /// open.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (!_disposed.IsCancellationRequested)
        {
            await _disposed.CancelAsync().ConfigureAwait(false);
        }

        await _keeper.CloseAsync().ConfigureAwait(false);
        _set.Close();

        // All at once: each may have to wait for a handler.
        await Task.WhenAll(_set.All().Select(static connection => connection.DisposeAsync().AsTask())).ConfigureAwait(false);
    }

    /// <summary>Fails as <see cref="ConnectAsync"/> does; a side connection that was there once counts for ever.</summary>
    internal Task FirstAttempt => _keeper.FirstAttempt;

    /// <summary>The newest side connection; null = there is none.</summary>
    internal SideLink? Link => _keeper.Link;

    internal static Socket Checked(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        return socket is { SocketType: SocketType.Stream, ProtocolType: ProtocolType.Tcp, Connected: true }
            ? socket
            : throw new ArgumentException(
                "The socket must be a connected TCP socket: connect it, or take it from Accept, before watching it.", nameof(socket));
    }

    private SideWatch Watch(Socket socket, Bytes32? keyHash)
    {
        ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, this);
        SideWatch connection = _set.Add(socket, keyHash, _session, Interlocked.Increment(ref _lastId));
        if (_set.Read(_session, static session => session.Link) is { } link)
        {
            SendWatch(link, connection);
        }

        return connection;
    }

    /// <summary>Once over one link, whoever comes first: the watching, or the link that has become ready.</summary>
    private void SendWatch(ISideLink link, SideWatch connection)
    {
        if (!_set.Claim(connection, link))
        {
            return;
        }

        Span<byte> message = stackalloc byte[SideLimits.MaxMessage];
        int length = connection.Entry.KeyHash is { } hash
            ? SideMessageWriter.WriteWatchKey(message, new WatchKeyMessage(connection.Entry.Id, hash.Value, SideNonce.Draw()))
            : SideMessageWriter.WriteWatch(message, new WatchMessage(connection.Entry.Id, connection.Entry.Tuple, SideNonce.Draw()));
        link.Send(message[..length]);
        if (!_set.Holds(connection))
        {
            // Its UNWATCH may have gone first.
            link.Send(
                message[..SideMessageWriter.WriteUnwatch(message, new UnwatchMessage(connection.Entry.Id, UnwatchReason.NoLongerWatched))]);
        }
    }

    /// <summary>A side connection is there: it is told of everything that is watched.</summary>
    private void TellAll(SideLink link)
    {
        foreach (SideWatch connection in _set.All())
        {
            SendWatch(link, connection);
        }
    }

    /// <summary>What the set and the side connection ask of this end, and what they tell it.</summary>
    private sealed class Owner(SideChannelClient client, EndPoint endPoint, GuardedLogger logger) : ISideLinkOwner, IWatchSetOwner
    {
        /// <summary>Set once, before anything can be asked.</summary>
        public HostProbe? Probe { get; set; }

        public void OnReady(SideLink link)
        {
            client._set.Change(client._session, session => session.Ready(link));
            client.TellAll(link);
            client._keeper.NoteReady();
        }

        public string? OnMessage(SideLink link, SideMessageType type, ReadOnlySpan<byte> payload)
        {
            switch (type)
            {
                case SideMessageType.Answer:
                    client._set.TakeAnswer(client._session, SideMessageDecoder.ReadAnswer(payload));
                    return null;
                case SideMessageType.Ask:
                    SideAnswering.AnswerAsk(client._set, client._session, link, payload);
                    return null;
                case SideMessageType.Refused:
                    RefusedMessage refused = SideMessageDecoder.ReadRefused(payload);
                    ConnectionLabel label = client._set.Find(client._session, refused.Id)?.Monitor.Label ?? default;
                    SideChannelLog.SideWatchRefused(logger, endPoint, refused.Reason, label);
                    return null;
                case SideMessageType.Unwatch:
                    client._set.TakeUnwatch(client._session, SideMessageDecoder.ReadUnwatch(payload));
                    return null;
                default:
                    return "a side message that only a client sends";
            }
        }

        public void OnSideChanged(SideLink link) => SideAnswering.NoteHeartbeat(client._set, client._session, link);

        public void OnEnded(SideLink link) => SideAnswering.NoteEnd(client._set, client._session, link);

        public void StartConnectProbe(SideSession session, SideWatch example) => _ = Probe!.RunAsync(example);

        public void OnStopped(SideWatch connection)
        {
            // The set has told the peer: nothing is kept of it here.
        }

        public void OnLost(IReadOnlyList<SideWatch> connections) => client._peerLost.Raise(connections);
    }
}
