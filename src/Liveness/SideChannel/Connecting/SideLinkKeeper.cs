using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Liveness.SideChannel;

/// <summary>The side connection of a client: opened, kept up, rebuilt after pauses that grow, until the client is disposed.</summary>
/// <remarks>One loop does all of it, one side connection at a time; so its state needs no lock.</remarks>
internal sealed class SideLinkKeeper
{
    /// <summary>A client lets nobody watch connections of its own choice.</summary>
    private const int OwnMaxWatches = 0;

    private readonly EndPoint _endPoint;
    private readonly SideChannelClientOptions _options;
    private readonly GuardedLogger _logger;
    private readonly WatchSet _set;
    private readonly SideSession _session;
    private readonly ISideLinkOwner _owner;
    private readonly CancellationToken _disposed;

    /// <summary>How the first attempt came out.</summary>
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Set once, by <see cref="Start"/>.</summary>
    private Task _running = Task.CompletedTask;

    /// <summary>Written by the loop alone.</summary>
    private volatile SideLink? _link;

    /// <param name="endPoint">Of the peer's listener.</param>
    /// <param name="options">Read now and later; they don't change.</param>
    /// <param name="logger">Told what does not work out.</param>
    /// <param name="set">Whose lock guards the session.</param>
    /// <param name="session">What is known of the side connection.</param>
    /// <param name="owner">Told what happens on it.</param>
    /// <param name="disposed">Ends the loop.</param>
    public SideLinkKeeper(
        EndPoint endPoint,
        SideChannelClientOptions options,
        GuardedLogger logger,
        WatchSet set,
        SideSession session,
        ISideLinkOwner owner,
        CancellationToken disposed)
    {
        _endPoint = endPoint;
        _options = options;
        _logger = logger;
        _set = set;
        _session = session;
        _owner = owner;
        _disposed = disposed;
    }

    /// <summary>
    /// Fails as <see cref="SideChannelClient.ConnectAsync"/> does; a side connection that was there once counts for ever.
    /// </summary>
    public Task FirstAttempt => _first.Task;

    /// <summary>The newest side connection; null = there is none.</summary>
    public SideLink? Link => _link;

    private TimeProvider Clock => _set.Scheduling.TimeProvider;

    /// <summary>Once.</summary>
    public void Start() => _running = Detached.Run(static keeper => keeper.KeepUpAsync(), this);

    /// <summary>A side connection is there.</summary>
    public void NoteReady() => _first.TrySetResult();

    /// <summary>After the dispose has begun: closes in good order, and waits until the loop has ended.</summary>
    public async Task CloseAsync()
    {
        if (_link is { } link)
        {
            await link.CloseAsync().ConfigureAwait(false);
        }

        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task KeepUpAsync()
    {
        SideLink? link = null;
        TimeSpan delay = TimeSpan.Zero;
        while (true)
        {
            _link = link;
            if (link is not null && !_disposed.IsCancellationRequested)
            {
                Instant openedAt = _set.Scheduling.Now;
                string? refusal = await link
                    .RunAsync(isClient: true, _options.SharedSecret, OwnMaxWatches, _options.HandshakeTimeout, Clock).ConfigureAwait(false);

                // A server that lets us in only to end it at once is not asked again and again without a pause.
                delay = link.IsReady && _set.Scheduling.Now - openedAt >= delay ? TimeSpan.Zero : delay;
                if (refusal is not null)
                {
                    SideChannelLog.SideRefused(_logger, _endPoint, refusal);
                }

                FailFirst(WhyNot(link, refusal));
            }

            if (_disposed.IsCancellationRequested)
            {
                if (link is not null)
                {
                    await link.CloseAsync().ConfigureAwait(false);
                }

                FailFirst(new ObjectDisposedException(nameof(SideChannelClient)));
                return;
            }

            link = await RebuildAsync(delay).ConfigureAwait(false);
            delay = Longer(delay);
        }
    }

    /// <returns>Null where it did not work out.</returns>
    private async Task<SideLink?> RebuildAsync(TimeSpan delay)
    {
        try
        {
            if (delay > TimeSpan.Zero)
            {
                double share = 1 + (SideChannelDefaults.ReconnectJitter * ((2 * Random.Shared.NextDouble()) - 1));
                await Task.Delay(delay * share, Clock, _disposed).ConfigureAwait(false);
            }

            return await OpenAsync().ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            // Of any type: TLS runs callbacks of the application, and nothing may end the rebuilding but the disposal.
            if (!_disposed.IsCancellationRequested)
            {
                if (FailFirst(failure))
                {
                    SideChannelLog.SideMissing(_logger, _endPoint, failure);
                }
                else
                {
                    SideChannelLog.SideRebuildFailed(_logger, _endPoint, failure);
                }
            }

            return null;
        }
    }

    private TimeSpan Longer(TimeSpan delay)
    {
        TimeSpan next = delay == TimeSpan.Zero ? _options.ReconnectDelay : delay * 2;
        return next < _options.MaxReconnectDelay ? next : _options.MaxReconnectDelay;
    }

    private async Task<SideLink> OpenAsync()
    {
        using TimeLimit tooLate = new(_options.HandshakeTimeout, Clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(_disposed, tooLate.Token);
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        Instant begunAt = _set.Scheduling.Now;
        bool connected = false;
        _set.NoteAttempt(_session, begunAt);
        try
        {
            await socket.ConnectAsync(_endPoint, either.Token).ConfigureAwait(false);
            connected = true;
            IPEndPoint? remote = socket.RemoteEndPoint as IPEndPoint;
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (_options.Tls is { } tls)
            {
                SslStream secured = new(stream);
                stream = secured;
                SslClientAuthenticationOptions named = TlsTarget.Named(tls, _endPoint);
                await ForeignCode.CallAsync(
                    _set.Scheduling.WorkQueue,
                    token => secured.AuthenticateAsClientAsync(named, token),
                    either.Token).ConfigureAwait(false);
            }

            HeartbeatStream opened = await HeartbeatStream.StartAsync(
                stream, SideHeartbeat.Options(_options), either.Token).ConfigureAwait(false);
            _set.NoteAttemptOver(_session, byPeer: true);
            return new SideLink(opened, _owner, remote);
        }
        catch (Exception failure)
        {
            bool tookTooLong = tooLate.IsUp && !_disposed.IsCancellationRequested;
            if (!tookTooLong && !IsUngreeted(failure, connected, begunAt))
            {
                bool byPeer = connected
                    || failure is SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.ConnectionReset };
                _set.NoteAttemptOver(_session, byPeer);
            }

            socket.Dispose();
            if (failure is OperationCanceledException && tookTooLong)
            {
                throw new SocketException((int)SocketError.TimedOut);
            }

            throw;
        }
    }

    /// <summary>
    /// A process that has stopped takes connections, by its kernel, and greets nobody; nor does it turn anybody away, as one does that ends
    /// a handshake before its time is up.
    /// </summary>
    private bool IsUngreeted(Exception failure, bool connected, Instant begunAt)
    {
        return connected
            ? failure is ConnectionLostException { Loss: HandshakeFailed { Exception: null } }
                && _set.Scheduling.Now - begunAt >= _options.HandshakeTimeout * 0.9
            : failure is SocketException { SocketErrorCode: SocketError.TimedOut };
    }

    /// <summary>Whoever waits for the first connection is told why there is none.</summary>
    /// <returns>True = this was the first attempt.</returns>
    private bool FailFirst(Exception failure)
    {
        bool isFirst = _first.TrySetException(failure);

        // Nobody need wait for it.
        _ = _first.Task.Exception;
        return isFirst;
    }

    /// <summary>Of a link that ended before it was ready: whoever refuses, refuses to trust.</summary>
    private static Exception WhyNot(SideLink link, string? refusal)
    {
        ConnectionLostException? lost = link.Monitor.Loss is { } loss ? new ConnectionLostException(loss) : null;
        return refusal is null && lost is not null && lost.Loss is not PeerGaveUp { Code: GoodbyeCode.Refused }
            ? lost
            : new AuthenticationException(
                $"The side channel was refused: {refusal ?? lost?.Loss.ToString() ?? "the peer closed it"}.", lost);
    }
}
