using Liveness;
using Liveness.AspNetCore;
using Microsoft.Extensions.Logging;

namespace Microsoft.AspNetCore.Connections;

/// <summary>Watches the connections of anything that builds them from middleware, such as Orleans.</summary>
public static class LivenessConnectionBuilderExtensions
{
    /// <summary>
    /// Attaches every connection that passes this place, accepted or connected, with an <see cref="ILivenessFactory"/> and the settings of
    /// a name, before the application receives it.
    /// </summary>
    /// <remarks>
    /// <para>It works as for an endpoint of Kestrel (<see cref="Microsoft.AspNetCore.Hosting.LivenessListenOptionsExtensions"/>). In-band,
    /// both ends call it at the same place: both inside TLS, or both beneath.</para>
    /// <para>The modes that only watch need the socket. A transport that doesn't show its socket (IConnectionSocketFeature) can only
    /// be in-band: with another mode its connections fail, and the message says so.</para>
    /// </remarks>
    /// <param name="builder">The builder of the connections. Its ApplicationServices hold the factory.</param>
    /// <param name="name">The name that was given to AddLiveness; null, the default, means the nameless settings.</param>
    /// <param name="ownId">A function that returns your own id for a connection, or null for none, as for an endpoint of Kestrel. Null, the
    /// default, means no ids.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <exception cref="ArgumentException">Nothing is configured for that name; the message lists the configured names.</exception>
    /// <exception cref="InvalidOperationException">The container has no <see cref="ILivenessFactory"/>: the message says what to
    /// call.</exception>
    public static IConnectionBuilder UseLiveness(
        this IConnectionBuilder builder, string? name = null, Func<ConnectionContext, string?>? ownId = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ILivenessFactory factory = RequiredServices.Factory(builder.ApplicationServices, nameof(UseLiveness));
        factory.EnsureName(name);
        ILogger logger = QuietLogger.Of(builder.ApplicationServices);
        return builder.Use(next => new LivenessConnectionMiddleware(next, factory, name, ownId, logger).OnConnectionAsync);
    }
}
