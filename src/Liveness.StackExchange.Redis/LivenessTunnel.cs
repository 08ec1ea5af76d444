using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using RESPite.Transports;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace Liveness.StackExchange.Redis;

/// <summary>The place where the client shows its sockets. A tunnel that was set before is passed through first.</summary>
internal sealed class LivenessTunnel(ILivenessFactory factory, string? name, Tunnel? inner, Func<ILoggerFactory?> loggers) : Tunnel
{
    /// <summary>Interlocked: 1 = said that some connections pass unwatched.</summary>
    private int _isTold;

    public override ValueTask<EndPoint?> GetSocketConnectEndpointAsync(EndPoint endpoint, CancellationToken cancellationToken) =>
        inner?.GetSocketConnectEndpointAsync(endpoint, cancellationToken)
        ?? base.GetSocketConnectEndpointAsync(endpoint, cancellationToken);

    /// <summary>An experiment of the client, which asks every tunnel for it: without our answer it would pass the one beneath by.</summary>
    [Experimental("SER009")]
    public override async ValueTask<DuplexTransport?> ConnectTransportAsync(
        EndPoint endpoint, ConnectionType connectionType, TlsOptions tls, CancellationToken cancellationToken)
    {
        DuplexTransport? transport = inner is null
            ? null
            : await inner.ConnectTransportAsync(endpoint, connectionType, tls, cancellationToken).ConfigureAwait(false);
        if (transport is not null)
        {
            NoteUnwatched(factory.GetMode(name));
        }

        return transport;
    }

    public override async ValueTask BeforeSocketConnectAsync(
        EndPoint endPoint, ConnectionType connectionType, Socket? socket, CancellationToken cancellationToken)
    {
        if (inner is not null)
        {
            await inner.BeforeSocketConnectAsync(endPoint, connectionType, socket, cancellationToken).ConfigureAwait(false);
        }

        if (socket is not null && factory.GetMode(name) == LivenessMode.KernelOnly)
        {
            factory.Watch(new AttachTarget(socket) { Description = Describe(endPoint, connectionType) }, name);
        }
    }

    public override async ValueTask<Stream?> BeforeAuthenticateAsync(
        EndPoint endpoint, ConnectionType connectionType, Socket? socket, CancellationToken cancellationToken)
    {
        Stream? stream = inner is null
            ? null
            : await inner.BeforeAuthenticateAsync(endpoint, connectionType, socket, cancellationToken).ConfigureAwait(false);
        if (socket is null && stream is null)
        {
            return stream;
        }

        string description = Describe(endpoint, connectionType);
        if (factory.GetMode(name) == LivenessMode.KernelOnly)
        {
            if (socket is null)
            {
                WatchBeneath(stream!, description);
            }

            return stream;
        }

        AttachTarget target = new(stream ?? new NetworkStream(socket!, ownsSocket: true), socket) { Description = description };
        LivenessConnection connection = await factory.AttachAsync(target, name, cancellationToken).ConfigureAwait(false);

        // The client disposes its stream, and that ends the connection.
        return connection.Stream;
    }

    /// <summary>As it stands in the text of a configuration.</summary>
    public override string ToString() => inner is null ? "liveness" : $"liveness over {inner}";

    /// <summary>The client has two connections to each server.</summary>
    private static string Describe(EndPoint endPoint, ConnectionType connectionType) => $"{endPoint} {connectionType}";

    /// <summary>The tunnel beneath has connected by itself.</summary>
    private void WatchBeneath(Stream stream, string description)
    {
        if (new AttachTarget(stream).Socket is { } socket)
        {
            factory.Watch(new AttachTarget(socket) { Description = description }, name);
        }
        else
        {
            NoteUnwatched(LivenessMode.KernelOnly);
        }
    }

    private void NoteUnwatched(LivenessMode mode)
    {
        if (Interlocked.Exchange(ref _isTold, 1) == 0 && loggers() is { } made)
        {
            RedisLog.NotWatched(made.CreateLogger("Liveness.StackExchange.Redis"), name, mode);
        }
    }
}
