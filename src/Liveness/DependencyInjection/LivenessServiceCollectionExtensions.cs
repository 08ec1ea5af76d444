using Liveness;
using Liveness.Diagnostics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds connection liveness to a container.</summary>
public static class LivenessServiceCollectionExtensions
{
    /// <summary>
    /// Registers the <see cref="ILivenessFactory"/> and the settings of one kind of connection. The settings are validated and logged once
    /// when the host starts; without a host, when the first connection is attached.
    /// </summary>
    /// <remarks>The factory uses the <see cref="TimeProvider"/>, <see cref="ILoggerFactory"/> and
    /// <see cref="System.Diagnostics.Metrics.IMeterFactory"/> of the container if it has them. You can call this method any number of
    /// times: the configurations of one name add up, and everything else is registered once.</remarks>
    /// <param name="services">The services of your application.</param>
    /// <param name="name">The kind of connection, such as "devices". It appears in logs and metrics. Null, the default, means the nameless
    /// settings.</param>
    /// <param name="configure">Sets options; null, the default, sets none.</param>
    /// <returns>The builder of the settings, for example for <see cref="LivenessConfigurationExtensions.BindConfiguration"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    /// <exception cref="ArgumentException">The name is longer than 64 characters, has control characters, or begins or ends with white
    /// space.</exception>
    /// <example>
    /// <code>
    /// builder.Services.AddLiveness("devices").BindConfiguration("Liveness:Devices");
    /// builder.Services.AddLiveness("backend").BindConfiguration("Liveness:Backend");
    /// </code>
    /// </example>
    public static OptionsBuilder<LivenessOptions> AddLiveness(
        this IServiceCollection services, string? name = null, Action<LivenessOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        name ??= Options.Options.DefaultName;
        if (name.Length > 0 && ConnectionName.Problem(name) is { } problem)
        {
            throw new ArgumentException(problem, nameof(name));
        }

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LivenessOptions>, LivenessOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DrainOptions>, DrainOptionsValidator>());
        services.TryAddSingleton<ILivenessFactory>(static provider => LivenessFactory.FromServices(provider));
        OptionsBuilder<LivenessOptions> builder = services.AddOptions<LivenessOptions>(name);
        if (!services.Any(service => service.ImplementationInstance is LivenessName known && known.Name == name))
        {
            if (!services.Any(service => service.ServiceType == typeof(LivenessName)))
            {
                services.AddSingleton<SettingsAnnouncer>();
                services.AddSingleton<IValidateOptions<LivenessStart>, LivenessStartValidator>();
                services.AddOptions<LivenessStart>().ValidateOnStart();
            }

            services.AddSingleton(new LivenessName(name));
            builder.ValidateOnStart();
        }

        return configure is null ? builder : builder.Configure(configure);
    }
}
