using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Liveness;

/// <content>Side connections, from accept to end.</content>
public sealed partial class SideChannelListener
{
    private async Task AcceptAllAsync()
    {
        while (!_disposed.IsCancellationRequested)
        {
            try
            {
                Socket socket = await _listening.AcceptAsync(_disposed.Token).ConfigureAwait(false);
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
                await Task.Delay(SideChannelDefaults.MinReconnectDelay, _set.Scheduling.TimeProvider, _disposed.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
            evicted = _door.Enter(remote.Address, admission);
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
            if (SideConnectionCount >= _options.MaxSideConnections)
            {
                string full = $"{_options.MaxSideConnections} side connections are open already (MaxSideConnections)";
                SideChannelLog.SideRefused(_logger, remote, full);
                await stream.CloseAsync(GoodbyeCode.Refused, full).ConfigureAwait(false);
                return;
            }

            SideLink link = new(stream, admission, remote);

            // Whatever it has come to by then: one that is in its handshake, or becomes ready at that moment, must not outlive the
            // listener.
            using CancellationTokenRegistration closing = _disposed.Token.UnsafeRegister(static state => _ = ((SideLink)state!).CloseAsync().AsTask(), link);
            string? refusal = await link.RunAsync(isClient: false, _options.SharedSecret, _options.MaxWatchesPerPeer, _options.HandshakeTimeout, _set.Scheduling.TimeProvider).ConfigureAwait(false);
            if (refusal is not null)
            {
                SideChannelLog.SideRefused(_logger, remote, refusal);
            }
        }
        catch (Exception failure)
        {
            // Of any type: TLS runs callbacks of the application.
            if (!admission.HasLeft)
            {
                SideChannelLog.SideHandshakeFailed(_logger, remote, failure);
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
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(_disposed.Token, tooLate.Token);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (_options.Tls is { } tls)
        {
            SslStream secured = new(stream);
            stream = secured;
            await ForeignCode.CallAsync(_set.Scheduling.WorkQueue, token => secured.AuthenticateAsServerAsync(tls, token), either.Token).ConfigureAwait(false);
        }

        HeartbeatOptions heartbeat = SideHeartbeat.Options(_options);
        return await HeartbeatStream.StartAsync(stream, heartbeat, either.Token).ConfigureAwait(false);
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

    private sealed class Owner(SideChannelListener listener) : IWatchSetOwner
    {
        public void StartConnectProbe(SideSession session, WatchedConnection example)
        {
            // The accepting end has nothing to connect to: it waits for the client to rebuild.
        }

        public void OnStopped(WatchedConnection connection) => listener.OnStopped(connection);

        public void OnLost(IReadOnlyList<WatchedConnection> connections) => listener.RaisePeerLost(connections);
    }

    /// <summary>One side connection: a stranger until it is ready.</summary>
    private sealed class Admission(SideChannelListener listener, IPEndPoint remote, Socket socket) : ISideLinkOwner
    {
        private readonly SideSession _session = new(isAcceptingEnd: true, remote, listener._set.Scheduling.Now);
        private readonly SideSession[] _arrivedFor = listener._set.NoteArrival(remote.Address);
        private bool _hasLeft;

        /// <summary>It is ready, or has been sent away.</summary>
        public bool HasLeft
        {
            get
            {
                lock (listener._gate)
                {
                    return _hasLeft;
                }
            }
        }

        /// <summary>Somebody newer needs its place. By a reset: it has not said a word that would have to arrive.</summary>
        public void Evict()
        {
            SideChannelLog.SideRefused(listener._logger, remote, $"its handshake was the oldest of those that there may be at once (MaxUnauthenticated {listener._options.MaxUnauthenticated}, MaxUnauthenticatedPerAddress {listener._options.MaxUnauthenticatedPerAddress})");
            Leave(opened: false);
            try
            {
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
            {
                // Over already: it is closed all the same.
            }

            socket.Dispose();
        }

        public void OnReady(SideLink link)
        {
            Leave(opened: true);
            listener._set.Change(_session, session => session.Ready(link));
            lock (listener._gate)
            {
                listener._sessions.Add(link, _session);
            }
        }

        public string? OnMessage(SideLink link, SideMessageType type, ReadOnlySpan<byte> payload) => listener.OnMessage(link, type, payload);

        public void OnSideChanged(SideLink link) => SideAnswering.NoteHeartbeat(listener._set, _session, link);

        public void OnEnded(SideLink link)
        {
            lock (listener._gate)
            {
                listener._sessions.Remove(link);
            }

            SideAnswering.NoteEnd(listener._set, _session, link);
            if (link.Monitor.Loss is null)
            {
                // It has said goodbye: that it stays away proves nothing about connections that go on.
                listener._set.Release(_session);
            }
        }

        /// <summary>The first call counts.</summary>
        public void Leave(bool opened)
        {
            lock (listener._gate)
            {
                if (_hasLeft)
                {
                    return;
                }

                _hasLeft = true;
                listener._door.Leave(this);
            }

            listener._set.NoteDeparture(_arrivedFor, remote.Address, opened);
        }
    }
}
