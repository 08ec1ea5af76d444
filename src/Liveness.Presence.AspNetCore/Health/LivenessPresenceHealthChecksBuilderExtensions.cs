using Liveness.Presence;
using Liveness.Presence.AspNetCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a health check that says how this process stands with the presence store.</summary>
public static class LivenessPresenceHealthChecksBuilderExtensions
{
    /// <summary>The default name of the check.</summary>
    public const string DefaultName = "liveness-presence";

    /// <summary>
    /// Adds a check of presence. In a process that has connections it looks at what this process knows already, sends nothing, and
    /// completes at once. A process that only looks asks the store, for at most a fifth of <see cref="PresenceOptions.DetectWithin"/>.
    /// </summary>
    /// <remarks>
    /// <para>Degraded while the store has not been heard of within the lease, so that others see this process as silent; while another
    /// process is registered under its name; and while it writes its part of the store anew. Other gateways that are silent change nothing:
    /// the one that is ill has a check of its own, and <see cref="IPresence.WatchAsync"/> tells of it.</para>
    /// <para>Unhealthy (<paramref name="failureStatus"/>) only where <see cref="PresenceHealthCheckOptions.UnhealthyAfter"/> is
    /// set.</para>
    /// <para>Data: gateway, standing, connections and pendingChanges; in a process that only looks, gateways and silentGateways; lasted
    /// where something is wrong.</para>
    /// </remarks>
    /// <param name="builder">What AddHealthChecks has returned.</param>
    /// <param name="configure">Sets options; null, the default, sets none.</param>
    /// <param name="name">The name of the check; the default is <see cref="DefaultName"/>.</param>
    /// <param name="failureStatus">The status that is reported in place of Unhealthy; null, the default, means Unhealthy.</param>
    /// <param name="tags">The tags of the check; null, the default, means none.</param>
    /// <param name="timeout">The timeout of the check; null, the default, means none. The check needs none.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is out of range. The message names it.</exception>
    /// <example>
    /// <code>
    /// builder.Services.AddHealthChecks().AddLivenessPresence();
    /// </code>
    /// </example>
    public static IHealthChecksBuilder AddLivenessPresence(
        this IHealthChecksBuilder builder,
        Action<PresenceHealthCheckOptions>? configure = null,
        string name = DefaultName,
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null,
        TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(name);
        PresenceHealthCheckOptions options = new();
        configure?.Invoke(options);
        options.Validate(nameof(configure));
        builder.Services.TryAddSingleton<PresenceTroubles>();
        return builder.Add(new HealthCheckRegistration(
            name,
            services => new PresenceHealthCheck(
                RequiredPresence.Agent(services, nameof(AddLivenessPresence)),
                services.GetRequiredService<IPresence>(),
                services.GetRequiredService<PresenceTroubles>(),
                options,
                services.GetRequiredService<TimeProvider>()),
            failureStatus,
            tags,
            timeout));
    }
}
