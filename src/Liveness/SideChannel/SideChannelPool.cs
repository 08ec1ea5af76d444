using System.Net;
using System.Net.Sockets;

namespace Liveness.SideChannel;

/// <summary>
/// Shares side connections. It makes one side connection for each endpoint with the first data connection that is watched there, and closes
/// it some time after the last (<see cref="SideChannelClientOptions.Linger"/>).
/// </summary>
/// <remarks>You can use all members from any thread.</remarks>
public sealed class SideChannelPool : IAsyncDisposable
{
    private readonly SideChannelClientOptions _options;
    private readonly Lock _gate = new();
    private readonly Dictionary<EndPoint, Shared> _shared = [];
    private bool _disposed;

    /// <summary>Makes an empty pool.</summary>
    /// <param name="options">The options of all side connections; null means all defaults. They are read by this call, so later changes
    /// have no effect.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range; the message names property, value, range and
    /// cure.</exception>
    public SideChannelPool(SideChannelClientOptions? options = null)
    {
        _options = options ?? new SideChannelClientOptions();
        SideChannelOptionsRules.Check(_options).ThrowIfAny();
    }

    /// <summary>The number of side connections, including those on which nothing is watched any more.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _shared.Count;
            }
        }
    }

    /// <summary>Watches a data connection over the side connection to <paramref name="endPoint"/>, which is made if there is none. It
    /// doesn't wait for the side connection, and doesn't fail without it: until the side connection is established, only the kernel watches
    /// the data connection (<see cref="ConnectionConditions.Unvouched"/>).</summary>
    /// <param name="endPoint">The address of the peer's <see cref="SideChannelListener"/>, as for
    /// <see cref="SideChannelClient.ConnectAsync"/>.</param>
    /// <param name="socket">A connected TCP socket. You still own and close it.</param>
    /// <param name="key">The key of the connection, as for <see cref="SideChannelClient.Watch(Socket, ReadOnlySpan{byte})"/>; empty means
    /// that the connection is named by its addresses.</param>
    /// <exception cref="ArgumentNullException"><paramref name="endPoint"/> or <paramref name="socket"/> is null.</exception>
    /// <exception cref="ArgumentException">The socket is not a connected TCP socket, or the key is too short or too long.</exception>
    /// <exception cref="ObjectDisposedException">This pool is disposed.</exception>
    public SideWatch Watch(EndPoint endPoint, Socket socket, ReadOnlySpan<byte> key = default)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        SideChannelClient.Checked(socket);
        Shared shared = Use(endPoint);
        try
        {
            return Watch(shared, socket, key);
        }
        catch
        {
            Release(shared);
            throw;
        }
    }

    /// <summary>
    /// Watches a data connection over the side connection to <paramref name="endPoint"/>. It makes the side connection if there is none,
    /// and waits for it.
    /// </summary>
    /// <param name="endPoint">The address of the peer's <see cref="SideChannelListener"/>, as for
    /// <see cref="SideChannelClient.ConnectAsync"/>.</param>
    /// <param name="socket">A connected TCP socket. You still own and close it.</param>
    /// <param name="cancellationToken">Ends only the waiting; other calls may still wait for the same side connection.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">The socket is not a connected TCP socket.</exception>
    /// <exception cref="ObjectDisposedException">This pool is disposed.</exception>
    /// <exception cref="SocketException">The side connection could not be made. The next call tries again.</exception>
    /// <exception cref="ConnectionLostException">The side connection was lost before it was ready, or the peer doesn't speak
    /// Liveness.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">TLS failed, the secrets don't match, or the peer
    /// refused.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public Task<SideWatch> WatchAsync(EndPoint endPoint, Socket socket, CancellationToken cancellationToken = default) =>
        WatchAsync(endPoint, socket, default, cancellationToken);

    /// <summary>
    /// Watches like <see cref="WatchAsync(EndPoint, Socket, CancellationToken)"/>, for a connection whose addresses differ between its
    /// ends.
    /// </summary>
    /// <inheritdoc cref="WatchAsync(EndPoint, Socket, CancellationToken)"/>
    /// <param name="endPoint">The address of the peer's <see cref="SideChannelListener"/>, as for
    /// <see cref="SideChannelClient.ConnectAsync"/>.</param>
    /// <param name="socket">A connected TCP socket. You still own and close it.</param>
    /// <param name="key">The key of the connection, as for <see cref="SideChannelClient.Watch(Socket, ReadOnlySpan{byte})"/>; empty means
    /// that the connection is named by its addresses.</param>
    /// <param name="cancellationToken">Ends only the waiting; other calls may still wait for the same side connection.</param>
    public async Task<SideWatch> WatchAsync(
        EndPoint endPoint, Socket socket, ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        SideChannelClient.Checked(socket);
        Shared shared = Use(endPoint);
        try
        {
            await shared.Client.FirstAttempt.WaitAsync(cancellationToken).ConfigureAwait(false);
            return Watch(shared, socket, key.Span);
        }
        catch
        {
            Release(shared);
            throw;
        }
    }

    /// <summary>Stops watching all connections, and closes all side connections in good order. The data sockets stay open.</summary>
    public async ValueTask DisposeAsync()
    {
        Shared[] all;
        lock (_gate)
        {
            _disposed = true;
            all = [.. _shared.Values];
            _shared.Clear();
        }

        await Task.WhenAll(all.Select(CloseAsync)).ConfigureAwait(false);
    }

    private Shared Use(EndPoint endPoint)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_shared.TryGetValue(endPoint, out Shared? shared) || (shared.HasFailed && shared.Uses == 0))
            {
                shared = new Shared(endPoint, SideChannelClient.Start(endPoint, _options));
                _shared[endPoint] = shared;
            }

            shared.Uses++;
            return shared;
        }
    }

    private SideWatch Watch(Shared shared, Socket socket, ReadOnlySpan<byte> key)
    {
        SideWatch watched = key.IsEmpty ? shared.Client.Watch(socket) : shared.Client.Watch(socket, key);
        _ = Detached.Run(
            static following => following.Pool.ReleaseAfterAsync(following.Completion, following.Shared),
            (Pool: this, watched.Monitor.Completion, Shared: shared));
        return watched;
    }

    private async Task ReleaseAfterAsync(Task ended, Shared shared)
    {
        await ended.ConfigureAwait(false);
        Release(shared);
    }

    private void Release(Shared shared)
    {
        int turn;
        lock (_gate)
        {
            shared.Uses--;
            turn = ++shared.Turn;
            if (shared.Uses > 0)
            {
                return;
            }
        }

        _ = CloseIfUnusedAsync(shared, turn);
    }

    /// <summary>A connection to the same host may come soon: the side connection waits for it.</summary>
    private async Task CloseIfUnusedAsync(Shared shared, int turn)
    {
        if (!shared.HasFailed)
        {
            TimeProvider timeProvider = GuardedTimeProvider.Of(_options.TimeProvider);
            await Task.Delay(_options.Linger, timeProvider, shared.GivenUp.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        lock (_gate)
        {
            if (shared.Uses > 0 || shared.Turn != turn || !_shared.TryGetValue(shared.EndPoint, out Shared? current) || current != shared)
            {
                return;
            }

            _shared.Remove(shared.EndPoint);
        }

        await CloseAsync(shared).ConfigureAwait(false);
    }

    private static async Task CloseAsync(Shared shared)
    {
        await shared.GivenUp.CancelAsync().ConfigureAwait(false);
        await shared.Client.DisposeAsync().ConfigureAwait(false);
        shared.GivenUp.Dispose();
    }

    private sealed class Shared(EndPoint endPoint, SideChannelClient client)
    {
        public EndPoint EndPoint { get; } = endPoint;

        public CancellationTokenSource GivenUp { get; } = new();

        public SideChannelClient Client { get; } = client;

        /// <summary>There never was a side connection, and the first attempt has failed.</summary>
        public bool HasFailed => Client.FirstAttempt.IsFaulted && !Client.IsAlive;

        /// <summary>Guarded by the lock of the pool, as the next.</summary>
        public int Uses { get; set; }

        /// <summary>Changes with every release: a linger that was overtaken by another use closes nothing.</summary>
        public int Turn { get; set; }
    }
}
