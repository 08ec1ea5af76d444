using System.Net;
using System.Net.Sockets;
using Liveness.Diagnostics;

namespace Liveness.SideChannel;

/// <summary>
/// The accepting end of side channels. It tells clients which of their connections live here, and watches the accepted sockets that you
/// pass to it.
/// </summary>
/// <remarks>
/// Unauthenticated clients are limited in number, time and memory (<see cref="SideChannelListenerOptions"/>). A client that may not watch a
/// connection learns nothing about it. You can use all members from any thread.
/// </remarks>
public sealed class SideChannelListener : IAsyncDisposable
{
    private readonly Socket _listening;
    private readonly WatchSet _set;
    private readonly WatchRegistry _registry;
    private readonly SideDoor _door;
    private readonly PeerLostEvent _peerLost;
    private readonly CancellationTokenSource _disposed = new();
    private ulong _lastId;

    private SideChannelListener(Socket listening, SideChannelListenerOptions options)
    {
        _listening = listening;
        GuardedLogger logger = LivenessScheduler.For(options.TimeProvider).Guard(options.Logger);
        ConnectionMetrics metrics = ConnectionMetrics.For(
            options.MeterFactory, options.Name, ConnectionMode.SideChannel, options.TimeProvider);
        _set = new WatchSet(options.EffectiveDetectWithin, options.Witness, options.TimeProvider, logger, new Owner(this), metrics);
        _peerLost = new PeerLostEvent(this, _set.Scheduling.WorkQueue, logger, _disposed.Token);
        _registry = new WatchRegistry(options, logger, _set);
        _door = new SideDoor(listening, options, logger, _set, _registry, _disposed.Token);
    }

    /// <summary>
    /// Raised on the thread pool when connections are lost, once for all that were lost together, and after their own events were queued.
    /// </summary>
    public event EventHandler<SidePeerLostEventArgs>? PeerLost
    {
        add => _peerLost.Lost += value;
        remove => _peerLost.Lost -= value;
    }

    /// <summary>The address on which it listens, with the real port even if 0 was asked for.</summary>
    public IPEndPoint LocalEndPoint => (IPEndPoint)_listening.LocalEndPoint!;

    /// <summary>The time after the last sign of life within which a loss is reported.</summary>
    public TimeSpan Bound => _set.Bound;

    /// <summary>The number of connections that are watched now.</summary>
    public int WatchedCount => _set.Count;

    /// <summary>The number of open side connections that are authenticated.</summary>
    public int SideConnectionCount => _registry.AskerCount;

    /// <summary>Starts listening for side connections.</summary>
    /// <param name="endPoint">One address of this host, and a port; port 0 means any free one. <see cref="IPAddress.IPv6Any"/> accepts IPv4
    /// too.</param>
    /// <param name="options">The options; null means all defaults. They are read by this call, so later changes have no effect.</param>
    /// <exception cref="ArgumentNullException"><paramref name="endPoint"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range; the message names property, value, range and
    /// cure.</exception>
    /// <exception cref="ArgumentException">Other hosts can reach the address, and the options neither authenticate clients nor set
    /// <see cref="SideChannelListenerOptions.AllowUnauthenticated"/>.</exception>
    /// <exception cref="SocketException">The listener can't listen on the address.</exception>
    /// <example>
    /// <code>
    /// await using SideChannelListener listener = SideChannelListener.Start(new IPEndPoint(IPAddress.Loopback, 0));
    /// </code>
    /// </example>
    public static SideChannelListener Start(IPEndPoint endPoint, SideChannelListenerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        options ??= new SideChannelListenerOptions();
        SideChannelOptionsRules.Check(options).ThrowIfAny();
        SideChannelOptionsRules.ThrowIfOpenToAll(endPoint, options);
        Socket listening = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // As other servers do: who listens on every address means those of IPv4, too.
            if (endPoint.Address.Equals(IPAddress.IPv6Any))
            {
                listening.DualMode = true;
            }

            listening.Bind(endPoint);
            listening.Listen();
        }
        catch
        {
            listening.Dispose();
            throw;
        }

        SideChannelListener listener = new(listening, options);
        listener._door.Open();
        return listener;
    }

    /// <summary>Watches an accepted data connection. Call it right after accept, because the client may already be asking for the
    /// connection.</summary>
    /// <param name="socket">A connected TCP socket. You still own and close it.</param>
    /// <returns>
    /// The watched connection. While no client watches it as well, its condition is <see cref="ConnectionConditions.Unvouched"/>, and only
    /// its own kernel can report a loss.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    /// <exception cref="ArgumentException">The socket is not a connected TCP socket.</exception>
    /// <exception cref="ObjectDisposedException">This listener or the socket is disposed.</exception>
    /// <example>
    /// <code>
    /// Socket accepted = await accepting.AcceptSocketAsync();
    /// SideWatch watched = listener.Watch(accepted);
    /// watched.Monitor.ConnectionLost += (_, e) =&gt; Console.WriteLine($"server: {e.Loss}");
    /// </code>
    /// </example>
    public SideWatch Watch(Socket socket) => Watch(SideChannelClient.Checked(socket), keyHash: null);

    /// <summary>
    /// Watches like <see cref="Watch(Socket)"/>, for a connection whose addresses differ between its ends, behind a NAT or a proxy: both
    /// ends name it by a key.
    /// </summary>
    /// <param name="socket">A connected TCP socket. You still own and close it.</param>
    /// <param name="key">16 to 512 bytes that both ends know and nobody else can guess, different for each connection.</param>
    /// <exception cref="ArgumentException">The key is too short or too long, or the socket is not a connected TCP socket.</exception>
    /// <exception cref="ObjectDisposedException">This listener or the socket is disposed.</exception>
    public SideWatch Watch(Socket socket, ReadOnlySpan<byte> key) => Watch(SideChannelClient.Checked(socket), SideKey.Hash(key));

    /// <summary>
    /// Stops listening and watching, and closes every side connection in good order. Monitors that have not ended are then closed. The data
    /// sockets stay open.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (!_disposed.IsCancellationRequested)
        {
            await _disposed.CancelAsync().ConfigureAwait(false);
        }

        await _door.CloseAsync().ConfigureAwait(false);
        _set.Close();

        // All at once: each may have to wait for a handler.
        await Task.WhenAll(_set.All().Select(static connection => connection.DisposeAsync().AsTask())).ConfigureAwait(false);
    }

    private SideWatch Watch(Socket socket, Bytes32? keyHash)
    {
        ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, this);
        SideWatch connection = _set.Add(socket, keyHash, session: null, Interlocked.Increment(ref _lastId));
        if (_registry.Register(connection) is { } older)
        {
            // The same ports once more: the older connection is history.
            _set.Stop(older, UnwatchReason.SocketClosed);
            older.Monitor.TryClose(null);
        }

        _registry.AnswerWaiting(connection);
        return connection;
    }

    /// <summary>What the set asks of this end, and tells it.</summary>
    private sealed class Owner(SideChannelListener listener) : IWatchSetOwner
    {
        public void StartConnectProbe(SideSession session, SideWatch example)
        {
            // The accepting end has nothing to connect to: it waits for the client to rebuild.
        }

        public void OnStopped(SideWatch connection) => listener._registry.Unregister(connection);

        public void OnLost(IReadOnlyList<SideWatch> connections) => listener._peerLost.Raise(connections);
    }
}
