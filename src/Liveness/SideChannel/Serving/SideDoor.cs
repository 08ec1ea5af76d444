using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Liveness.SideChannel;

/// <summary>
/// Where side connections come in: accepts them, lets so many strangers be at it at once, and serves each from its handshake to its end.
/// </summary>
internal sealed class SideDoor
{
    private readonly Socket _listening;
    private readonly SideChannelListenerOptions _options;
    private readonly GuardedLogger _logger;
    private readonly SideDoorLog _log;
    private readonly WatchSet _set;
    private readonly WatchRegistry _registry;
    private readonly CancellationToken _disposed;
    private readonly Lock _gate = new();

    /// <summary>Guarded by the lock, as is who of them has left.</summary>
    private readonly Doorkeeper<Admission> _strangers;

    /// <summary>Guarded by the lock. Those who are served.</summary>
    private readonly HashSet<Task> _running = [];

    /// <summary>Set once, by <see cref="Open"/>.</summary>
    private Task _accepting = Task.CompletedTask;

    /// <param name="listening">Is closed by the door.</param>
    /// <param name="options">Limits, secret, TLS.</param>
    /// <param name="logger">Told who is refused, and why.</param>
    /// <param name="set">Whose sessions they are.</param>
    /// <param name="registry">Answers what they ask.</param>
    /// <param name="disposed">Ends everything.</param>
    public SideDoor(
        Socket listening,
        SideChannelListenerOptions options,
        GuardedLogger logger,
        WatchSet set,
        WatchRegistry registry,
        CancellationToken disposed)
    {
        _listening = listening;
        _options = options;
        _logger = logger;
        _log = new SideDoorLog(set.Scheduling.TimeProvider, logger);
        _set = set;
        _registry = registry;
        _disposed = disposed;
        _strangers = new Doorkeeper<Admission>(options.MaxUnauthenticated, options.MaxUnauthenticatedPerAddress);
    }

    /// <summary>Once.</summary>
    public void Open() => _accepting = Detached.Run(static door => door.AcceptAllAsync(), this);

    /// <summary>After the dispose has begun: nobody comes in any more, and who is in is sent away in good order.</summary>
    public async Task CloseAsync()
    {
        _listening.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        SideLink[] links = _registry.Links();
        Task[] running;
        lock (_gate)
        {
            running = [.. _running];
        }

        await Task.WhenAll(links.Select(link => link.CloseAsync().AsTask())).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _log.TellNow();
    }

    private async Task AcceptAllAsync()
    {
        while (!_disposed.IsCancellationRequested)
        {
            try
            {
                Socket socket = await _listening.AcceptAsync(_disposed).ConfigureAwait(false);
                Admit(socket);
            }
            catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException failure)
            {
                // That one was gone before it was taken, or this process has no handles left: others may still come.
                SideChannelLog.SideAcceptFailed(_logger, failure);
                await Task.Delay(
                    SideChannelDefaults.MinReconnectDelay,
                    _set.Scheduling.TimeProvider,
                    _disposed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Admit(Socket socket)
    {
        if (socket.RemoteEndPoint is not IPEndPoint remote)
        {
            socket.Dispose();
            return;
        }

        Admission admission = new(this, remote, socket);
        Admission? evicted;
        lock (_gate)
        {
            evicted = _strangers.Enter(remote.Address, admission);
        }

        evicted?.Evict();
        Task serving = ServeAsync(socket, remote, admission);
        lock (_gate)
        {
            _running.Add(serving);
        }

        _ = serving.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private void Forget(Task served)
    {
        lock (_gate)
        {
            _running.Remove(served);
        }
    }

    /// <summary>Never fails.</summary>
    private async Task ServeAsync(Socket socket, IPEndPoint remote, Admission admission)
    {
        try
        {
            HeartbeatStream stream = await OpenAsync(socket).ConfigureAwait(false);
            if (_registry.AskerCount >= _options.MaxSideConnections)
            {
                string full = $"{_options.MaxSideConnections} side connections are open already (MaxSideConnections)";
                _log.Refused(remote, full);
                await stream.CloseAsync(GoodbyeCode.Refused, full).ConfigureAwait(false);
                return;
            }

            SideLink link = new(stream, admission, remote);

            // Whatever it has come to by then: one that is in its handshake, or becomes ready at that moment, must not outlive the
            // listener.
            using CancellationTokenRegistration closing =
                _disposed.UnsafeRegister(static state => _ = ((SideLink)state!).CloseAsync().AsTask(), link);
            string? refusal = await link
                .RunAsync(
                    isClient: false,
                    _options.SharedSecret,
                    _options.MaxWatchesPerPeer,
                    _options.HandshakeTimeout,
                    _set.Scheduling.TimeProvider)
                .ConfigureAwait(false);
            if (refusal is not null)
            {
                _log.Refused(remote, refusal);
            }
        }
        catch (Exception failure)
        {
            // Of any type: TLS runs callbacks of the application.
            if (!admission.HasLeft)
            {
                _log.HandshakeFailed(remote, failure);
            }

            socket.Dispose();
        }
        finally
        {
            admission.Leave(opened: false);
        }
    }

    private async Task<HeartbeatStream> OpenAsync(Socket socket)
    {
        using TimeLimit tooLate = new(_options.HandshakeTimeout, _set.Scheduling.TimeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(_disposed, tooLate.Token);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (_options.Tls is { } tls)
        {
            SslStream secured = new(stream);
            stream = secured;
            await ForeignCode.CallAsync(
                _set.Scheduling.WorkQueue, token => secured.AuthenticateAsServerAsync(tls, token), either.Token).ConfigureAwait(false);
        }

        HeartbeatOptions heartbeat = SideHeartbeat.Options(_options);
        return await HeartbeatStream.StartAsync(stream, heartbeat, either.Token).ConfigureAwait(false);
    }

    /// <summary>One side connection: a stranger until it is ready.</summary>
    private sealed class Admission(SideDoor door, IPEndPoint remote, Socket socket) : ISideLinkOwner
    {
        private readonly SideSession _session = new(isAcceptingEnd: true, remote, door._set.Scheduling.Now);
        private readonly SideSession[] _arrivedFor = door._set.NoteArrival(remote.Address);

        /// <summary>Guarded by the lock of the door.</summary>
        private bool _hasLeft;

        /// <summary>It is ready, or has been sent away.</summary>
        public bool HasLeft
        {
            get
            {
                lock (door._gate)
                {
                    return _hasLeft;
                }
            }
        }

        /// <summary>Somebody newer needs its place. By a reset: it has not said a word that would have to arrive.</summary>
        public void Evict()
        {
            string inAll = $"MaxUnauthenticated {door._options.MaxUnauthenticated}";
            string perAddress = $"MaxUnauthenticatedPerAddress {door._options.MaxUnauthenticatedPerAddress}";
            string why = $"its handshake was the oldest of those that there may be at once ({inAll}, {perAddress})";
            door._log.Refused(remote, why);
            Leave(opened: false);
            SocketReset.Close(socket);
        }

        public void OnReady(SideLink link)
        {
            Leave(opened: true);
            door._set.Change(_session, session => session.Ready(link));
            door._registry.Add(link, _session);
        }

        public string? OnMessage(SideLink link, SideMessageType type, ReadOnlySpan<byte> payload) =>
            door._registry.OnMessage(link, type, payload);

        public void OnSideChanged(SideLink link) => SideAnswering.NoteHeartbeat(door._set, _session, link);

        public void OnEnded(SideLink link)
        {
            door._registry.Remove(link);
            SideAnswering.NoteEnd(door._set, _session, link);
            if (link.Monitor.Loss is null)
            {
                // It has said goodbye: that it stays away proves nothing about connections that go on.
                door._set.Release(_session);
            }
        }

        /// <summary>The first call counts.</summary>
        public void Leave(bool opened)
        {
            lock (door._gate)
            {
                if (_hasLeft)
                {
                    return;
                }

                _hasLeft = true;
                door._strangers.Leave(this);
            }

            door._set.NoteDeparture(_arrivedFor, remote.Address, opened);
        }
    }
}
