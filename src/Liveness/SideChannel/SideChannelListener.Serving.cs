using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Liveness;

/// <content>Side connections, from accept to end, and what they ask.</content>
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
                Log.SideAcceptFailed(_logger, failure);
                await Task.Delay(SideChannelDefaults.MinReconnectDelay, _options.TimeProvider, _disposed.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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

        string? refusal;
        lock (_gate)
        {
            refusal = _sessions.Count >= _options.MaxSideConnections
                ? $"{_sessions.Count} side connections are open already (MaxSideConnections)"
                : _door.Enter(remote.Address);
        }

        if (refusal is not null)
        {
            Log.SideRefused(_logger, remote, refusal);
            socket.Dispose();
            return;
        }

        Task serving = ServeAsync(socket, remote);
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
    private async Task ServeAsync(Socket socket, IPEndPoint remote)
    {
        Admission admission = new(this, remote);
        try
        {
            HeartbeatStream stream = await OpenAsync(socket).ConfigureAwait(false);
            SideLink link = new(stream, admission, remote);

            // Whatever it has come to by then: one that is in its handshake, or becomes ready at that moment, must not outlive the listener.
            using CancellationTokenRegistration closing = _disposed.Token.UnsafeRegister(static state => _ = ((SideLink)state!).CloseAsync().AsTask(), link);
            string? refusal = await link.RunAsync(isClient: false, _options.SharedSecret, _options.MaxWatchesPerPeer, _options.HandshakeTimeout, _options.TimeProvider).ConfigureAwait(false);
            if (refusal is not null)
            {
                Log.SideRefused(_logger, remote, refusal);
            }
        }
        catch (Exception failure)
        {
            // Of any type: TLS runs callbacks of the application.
            Log.SideHandshakeFailed(_logger, remote, failure);
            socket.Dispose();
        }
        finally
        {
            admission.Leave();
        }
    }

    private async Task<HeartbeatStream> OpenAsync(Socket socket)
    {
        using CancellationTokenSource tooLate = new(_options.HandshakeTimeout, _options.TimeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(_disposed.Token, tooLate.Token);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (_options.Tls is { } tls)
        {
            SslStream secured = new(stream);
            stream = secured;
            await secured.AuthenticateAsServerAsync(tls, either.Token).ConfigureAwait(false);
        }

        HeartbeatOptions heartbeat = SideHeartbeat.Options(_options.DetectWithin, _options.HandshakeTimeout, _options.TimeProvider, _options.Logger);
        return await HeartbeatStream.StartAsync(stream, heartbeat, either.Token).ConfigureAwait(false);
    }

    private string? OnMessage(SideLink link, SideMessageType type, ReadOnlySpan<byte> payload)
    {
        SideSession session;
        lock (_gate)
        {
            session = _sessions[link];
        }

        switch (type)
        {
            case SideMessageType.Watch:
                WatchMessage watch = SideMessageDecoder.ReadWatch(payload);
                return OnWatch(link, session, watch.Id, new Wanted(watch.Tuple.Swap(), null));
            case SideMessageType.WatchKey:
                WatchKeyMessage watchKey = SideMessageDecoder.ReadWatchKey(payload);
                return OnWatch(link, session, watchKey.Id, new Wanted(default, new KeyHash(watchKey.KeyHash)));
            case SideMessageType.Ask:
                OnAsk(link, session, payload);
                return null;
            case SideMessageType.Unwatch:
                OnUnwatch(session, SideMessageDecoder.ReadUnwatch(payload));
                return null;
            case SideMessageType.Answer:
                _set.TakeAnswer(session, SideMessageDecoder.ReadAnswer(payload));
                return null;
            default:
                return "a side message that only a server sends";
        }
    }

    private string? OnWatch(SideLink link, SideSession session, ulong id, Wanted wanted)
    {
        if (session.Wanted.ContainsKey(id))
        {
            return "a watch id that is in use";
        }

        if (session.Wanted.Count >= _options.MaxWatchesPerPeer)
        {
            Log.SideWatchRefused(_logger, link.Remote, WatchRefusal.TooManyWatches);
            Span<byte> message = stackalloc byte[SideLimits.MaxMessage];
            link.Send(message[..SideMessageWriter.WriteRefused(message, new RefusedMessage(id, WatchRefusal.TooManyWatches))]);
            return null;
        }

        lock (_gate)
        {
            session.Wanted.Add(id, wanted);
            session.WantedIds[wanted] = id;
        }

        Answer(link, session, id, wanted);
        return null;
    }

    private void OnAsk(SideLink link, SideSession session, ReadOnlySpan<byte> payload)
    {
        for (int i = 0; i < SideMessageDecoder.AskCount(payload); i++)
        {
            ulong id = SideMessageDecoder.AskId(payload, i);
            Answer(link, session, id, session.Wanted.GetValueOrDefault(id));
        }
    }

    private void Answer(SideLink link, SideSession session, ulong id, Wanted? wanted)
    {
        IPAddress source = link.Remote!.Address;
        if (AnswerWatched(link, session, id, wanted))
        {
            return;
        }

        SideAnswer unregistered = Unregistered(wanted, source);
        lock (_gate)
        {
            // The last word must be the newest: after "Watched", what was read before would end a connection that lives.
            if (wanted is null || Find(wanted, source) is null)
            {
                Send(link, new AnswerMessage(id, unregistered, AnswerMessage.Unknown, AnswerMessage.Unknown));
                return;
            }
        }

        AnswerWatched(link, session, id, wanted);
    }

    /// <returns>False where this process does not watch it.</returns>
    private bool AnswerWatched(SideLink link, SideSession session, ulong id, Wanted? wanted)
    {
        if (wanted is null || Find(wanted, link.Remote!.Address) is not { } connection)
        {
            return false;
        }

        if (connection.Session != session)
        {
            _set.Bind(connection, session, id);
        }

        Send(link, SideAnswering.Watched(connection) with { Id = id });
        return true;
    }

    private static void Send(SideLink link, in AnswerMessage answer)
    {
        Span<byte> message = stackalloc byte[SideLimits.MaxMessage];
        link.Send(message[..SideMessageWriter.WriteAnswer(message, answer)]);
    }

    /// <summary>A tuple of somebody else's address is not looked up: whoever may not watch it learns nothing.</summary>
    private WatchedConnection? Find(Wanted wanted, IPAddress source)
    {
        lock (_gate)
        {
            return wanted.KeyHash is { } key ? _byKey.GetValueOrDefault(key.Value)
                : wanted.Tuple.Remote == ConnectionTuple.AddressOf(source) ? _byTuple.GetValueOrDefault(wanted.Tuple)
                : null;
        }
    }

    private SideAnswer Unregistered(Wanted? wanted, IPAddress source) =>
        wanted is not { KeyHash: null } tuple ? SideAnswer.NotMyAddress : _table.Find(tuple.Tuple, ConnectionTuple.AddressOf(source));

    private void OnUnwatch(SideSession session, UnwatchMessage unwatch)
    {
        lock (_gate)
        {
            if (session.Wanted.Remove(unwatch.Id, out Wanted? wanted) && session.WantedIds.GetValueOrDefault(wanted) == unwatch.Id)
            {
                session.WantedIds.Remove(wanted);
            }
        }

        if (unwatch.Reason != UnwatchReason.Lost && _set.Read(() => session.Watches.GetValueOrDefault(unwatch.Id)) is { } connection)
        {
            _set.Bind(connection, session: null, connection.Id);
        }
    }

    /// <summary>A client asked for it before it was accepted here.</summary>
    private void AnswerWaiting(WatchedConnection connection)
    {
        Wanted wanted = new(connection.KeyHash is null ? connection.Tuple : default, connection.KeyHash);
        List<(SideLink Link, SideSession Session, ulong Id)> waiting = [];
        lock (_gate)
        {
            foreach ((SideLink link, SideSession session) in _sessions)
            {
                if (session.WantedIds.TryGetValue(wanted, out ulong id))
                {
                    waiting.Add((link, session, id));
                }
            }
        }

        waiting.ForEach(asker => Answer(asker.Link, asker.Session, asker.Id, wanted));
    }

    private void OnStopped(WatchedConnection connection)
    {
        lock (_gate)
        {
            if (connection.KeyHash is { } key)
            {
                Drop(_byKey, key.Value, connection);
            }
            else
            {
                Drop(_byTuple, connection.Tuple, connection);
            }
        }
    }

    private static void Drop<TKey>(Dictionary<TKey, WatchedConnection> registry, TKey key, WatchedConnection connection)
        where TKey : notnull
    {
        if (registry.TryGetValue(key, out WatchedConnection? registered) && registered == connection)
        {
            registry.Remove(key);
        }
    }

    private void RaisePeerLost(IReadOnlyList<WatchedConnection> connections)
    {
        try
        {
            PeerLost?.Invoke(this, new PeerLostEventArgs(connections));
        }
        catch (Exception exception)
        {
            Log.HandlerThrew(_logger, exception, nameof(PeerLost));
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
    private sealed class Admission(SideChannelListener listener, IPEndPoint remote) : ISideLinkOwner
    {
        private readonly SideSession _session = new(isAcceptingEnd: true, remote, listener._set.Scheduling.Now);
        private bool _hasLeft;

        public void OnReady(SideLink link)
        {
            Leave();
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

        /// <summary>Idempotent.</summary>
        public void Leave()
        {
            lock (listener._gate)
            {
                if (!_hasLeft)
                {
                    _hasLeft = true;
                    listener._door.Leave(remote.Address);
                }
            }
        }
    }
}
