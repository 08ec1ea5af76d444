using Liveness;
using Liveness.AspNetCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a health check of the connections that an <see cref="ILivenessFactory"/> has attached.</summary>
public static class LivenessHealthChecksBuilderExtensions
{
    /// <summary>The default name of the check.</summary>
    public const string DefaultName = "liveness-connections";

    /// <summary>
    /// Adds a check that reads the monitors of the attached connections. It opens no connection, sends nothing, and completes at once.
    /// </summary>
    /// <remarks>
    /// <para>Degraded while a connection is <see cref="LivenessState.Suspect"/>; or while the peer takes no data or can't be reached from
    /// the side (<see cref="ConnectionConditions.PeerNotConsuming"/>, <see cref="ConnectionConditions.DataUnacknowledged"/>,
    /// <see cref="ConnectionConditions.WriteStuck"/>, <see cref="ConnectionConditions.SideDown"/>); for
    /// <see cref="LivenessHealthCheckOptions.GraceTime"/> after a loss; and while a critical name has no connection.
    /// <see cref="ConnectionConditions.Unvouched"/>, which may last behind a NAT, and <see cref="ConnectionConditions.WeAreBehind"/> change
    /// nothing.</para>
    /// <para>Unhealthy (<paramref name="failureStatus"/>) only where a critical name has had no connection for longer than the grace time,
    /// counted from the first check that found none, so that this needs two checks; from the start of the application likewise. Whatever
    /// happens to other names never makes it unhealthy.</para>
    /// <para>Data: connections in all and by state, with conditions, worstSilence and whose, recentLosses, newestLoss with name and time,
    /// and for how long critical names have been absent.
    /// newestLoss may hold text of the peer: escape it where you show it.</para>
    /// </remarks>
    /// <param name="builder">The builder that AddHealthChecks returns.</param>
    /// <param name="configure">Sets options; null, the default, sets none.</param>
    /// <param name="name">The name of the check and of its <see cref="LivenessHealthCheckOptions"/>. Several checks may look at different
    /// connection names.</param>
    /// <param name="failureStatus">The status that is reported in place of Unhealthy; null, the default, means Unhealthy.</param>
    /// <param name="tags">The tags of the check; null, the default, means none.</param>
    /// <param name="timeout">The timeout of the check; null, the default, means none. The check needs none.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="name"/> is null.</exception>
    /// <example>
    /// <code>
    /// builder.Services.AddHealthChecks().AddLiveness();
    /// </code>
    /// </example>
    public static IHealthChecksBuilder AddLiveness(
        this IHealthChecksBuilder builder,
        Action<LivenessHealthCheckOptions>? configure = null,
        string name = DefaultName,
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null,
        TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(name);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<Absences>();
        builder.Services.TryAddSingleton(static services => new HealthSettingsInForce(
            services.GetRequiredService<IOptionsMonitor<LivenessHealthCheckOptions>>(), QuietLogger.Of(services)));
        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<LivenessHealthCheckOptions>, LivenessHealthCheckOptionsValidator>());
        OptionsBuilder<LivenessHealthCheckOptions> options = builder.Services.AddOptions<LivenessHealthCheckOptions>(name)
            .ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        return builder.Add(new HealthCheckRegistration(name, Create, failureStatus, tags, timeout));

        LivenessHealthCheck Create(IServiceProvider services) => new(
            RequiredServices.Factory(services, nameof(AddLiveness)),
            services.GetRequiredService<Absences>(),
            services.GetRequiredService<HealthSettingsInForce>(),
            services.GetRequiredService<TimeProvider>());
    }
}
