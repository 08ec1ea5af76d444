using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Liveness;

/// <content>The side connection: opened, kept up, rebuilt; and what comes over it.</content>
public sealed partial class SideChannelClient
{
    private const uint OwnMaxWatches = 0;

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
                string? refusal = await link.RunAsync(isClient: true, _options.SharedSecret, (int)OwnMaxWatches, _options.HandshakeTimeout, _set.Scheduling.TimeProvider).ConfigureAwait(false);

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
                await Task.Delay(delay * share, _set.Scheduling.TimeProvider, _disposed.Token).ConfigureAwait(false);
            }

            return await OpenAsync(_disposed.Token).ConfigureAwait(false);
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

    private async Task<SideLink> OpenAsync(CancellationToken cancellationToken)
    {
        using TimeLimit tooLate = new(_options.HandshakeTimeout, _set.Scheduling.TimeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, tooLate.Token);
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
                await ForeignCode.CallAsync(_set.Scheduling.WorkQueue, token => secured.AuthenticateAsClientAsync(Named(tls), token), either.Token).ConfigureAwait(false);
            }

            HeartbeatStream opened = await HeartbeatStream.StartAsync(stream, Heartbeat(), either.Token).ConfigureAwait(false);
            _set.NoteAttemptOver(_session, byPeer: true);
            return new SideLink(opened, new Owner(this), remote);
        }
        catch (Exception failure)
        {
            bool tookTooLong = tooLate.IsUp && !cancellationToken.IsCancellationRequested;
            if (!tookTooLong && !IsUngreeted(failure, connected, begunAt))
            {
                bool byPeer = connected || failure is SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.ConnectionReset };
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
            ? failure is ConnectionLostException { Loss: HandshakeFailed { Exception: null } } && _set.Scheduling.Now - begunAt >= _options.HandshakeTimeout * 0.9
            : failure is SocketException { SocketErrorCode: SocketError.TimedOut };
    }

    private HeartbeatOptions Heartbeat() => SideHeartbeat.Options(_options);

    /// <summary>A copy: the caller's options may serve other connections at the same time.</summary>
    private SslClientAuthenticationOptions Named(SslClientAuthenticationOptions tls)
    {
        return tls.TargetHost is not null || _endPoint is not DnsEndPoint named ? tls : new SslClientAuthenticationOptions
        {
            TargetHost = named.Host,
            AllowRenegotiation = tls.AllowRenegotiation,
            AllowTlsResume = tls.AllowTlsResume,
            ApplicationProtocols = tls.ApplicationProtocols,
            CertificateChainPolicy = tls.CertificateChainPolicy,
            CertificateRevocationCheckMode = tls.CertificateRevocationCheckMode,
            CipherSuitesPolicy = tls.CipherSuitesPolicy,
            ClientCertificateContext = tls.ClientCertificateContext,
            ClientCertificates = tls.ClientCertificates,
            EnabledSslProtocols = tls.EnabledSslProtocols,
            EncryptionPolicy = tls.EncryptionPolicy,
            LocalCertificateSelectionCallback = tls.LocalCertificateSelectionCallback,
            RemoteCertificateValidationCallback = tls.RemoteCertificateValidationCallback,
        };
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
            : new AuthenticationException($"The side channel was refused: {refusal ?? lost?.Loss.ToString() ?? "the peer closed it"}.", lost);
    }

    /// <summary>Any answer of the host will do, also a refusal: it says that the host lives.</summary>
    /// <param name="address">Of the data connections that it is about.</param>
    /// <param name="dataEndPoint">Null where there is no socket. The side port counts, too, where it is at the same address.</param>
    private async Task ProbeAsync(UInt128 address, EndPoint? dataEndPoint)
    {
        bool isElsewhere = _set.Read(_session, static session => session.Remote) is { } side && ConnectionTuple.AddressOf(side.Address) != address;
        Task<bool>[] probes = dataEndPoint is null ? [AnswersAsync(_endPoint)]
            : isElsewhere ? [AnswersAsync(dataEndPoint)]
            : [AnswersAsync(_endPoint), AnswersAsync(dataEndPoint)];
        bool answered = false;
        await foreach (Task<bool> probe in Task.WhenEach(probes).ConfigureAwait(false))
        {
            answered |= await probe.ConfigureAwait(false);
            if (answered)
            {
                break;
            }
        }

        _set.Change(_session, session => session.EndProbe(address, answered));
    }

    private async Task<bool> AnswersAsync(EndPoint endPoint)
    {
        using TimeLimit tooLate = new(_options.EffectiveDetectWithin, _set.Scheduling.TimeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(_disposed.Token, tooLate.Token);
        try
        {
            using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(endPoint, either.Token).ConfigureAwait(false);
            return true;
        }
        catch (SocketException failure)
        {
            // Without a handle or a port of our own nothing was asked: that is no evidence against the host.
            return failure.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset
                or SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable or SocketError.AddressAlreadyInUse or SocketError.AddressNotAvailable;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void OnReady(SideLink link)
    {
        _set.Change(_session, session => session.Ready(link));
        foreach (WatchedConnection connection in _set.All())
        {
            SendWatch(link, connection);
        }

        _first.TrySetResult();
    }

    private string? OnMessage(SideLink link, SideMessageType type, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case SideMessageType.Answer:
                _set.TakeAnswer(_session, SideMessageDecoder.ReadAnswer(payload));
                return null;
            case SideMessageType.Ask:
                SideAnswering.AnswerAsk(_set, _session, link, payload);
                return null;
            case SideMessageType.Refused:
                RefusedMessage refused = SideMessageDecoder.ReadRefused(payload);
                SideChannelLog.SideWatchRefused(_logger, _endPoint, refused.Reason);
                return null;
            case SideMessageType.Unwatch:
                _set.TakeUnwatch(_session, SideMessageDecoder.ReadUnwatch(payload));
                return null;
            default:
                return "a side message that only a client sends";
        }
    }

    private sealed class Owner(SideChannelClient client) : ISideLinkOwner, IWatchSetOwner
    {
        public void OnReady(SideLink link) => client.OnReady(link);

        public string? OnMessage(SideLink link, SideMessageType type, ReadOnlySpan<byte> payload) => client.OnMessage(link, type, payload);

        public void OnSideChanged(SideLink link) => SideAnswering.NoteHeartbeat(client._set, client._session, link);

        public void OnEnded(SideLink link) => SideAnswering.NoteEnd(client._set, client._session, link);

        public void StartConnectProbe(SideSession session, WatchedConnection example) => _ = client.ProbeAsync(example.Entry.Tuple.Remote, SafeRemote(example));

        public void OnStopped(WatchedConnection connection)
        {
        }

        public void OnLost(IReadOnlyList<WatchedConnection> connections) => client.RaisePeerLost(connections);

        private static IPEndPoint? SafeRemote(WatchedConnection example) =>
            example.Socket is null ? null : new IPEndPoint(example.Entry.Tuple.RemoteAddress, example.Entry.Tuple.RemotePort);
    }
}
