using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace Liveness.StackExchange.Redis;

/// <summary>The place where the client shows its sockets. A tunnel that was set before is passed through first.</summary>
internal sealed class LivenessTunnel(ILivenessFactory factory, string? name, Tunnel? inner) : Tunnel
{
    public override ValueTask<EndPoint?> GetSocketConnectEndpointAsync(EndPoint endpoint, CancellationToken cancellationToken) =>
        inner?.GetSocketConnectEndpointAsync(endpoint, cancellationToken)
        ?? base.GetSocketConnectEndpointAsync(endpoint, cancellationToken);

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
        if ((socket is null && stream is null) || factory.GetMode(name) == LivenessMode.KernelOnly)
        {
            return stream;
        }

        AttachTarget target = new(stream ?? new NetworkStream(socket!, ownsSocket: true), socket)
        {
            Description = Describe(endpoint, connectionType),
        };
        LivenessConnection connection = await factory.AttachAsync(target, name, cancellationToken).ConfigureAwait(false);

        // The client disposes its stream, and that ends the connection.
        return connection.Stream;
    }

    /// <summary>As it stands in the text of a configuration.</summary>
    public override string ToString() => inner is null ? "liveness" : $"liveness over {inner}";

    /// <summary>The client has two connections to each server.</summary>
    private static string Describe(EndPoint endPoint, ConnectionType connectionType) => $"{endPoint} {connectionType}";
}
