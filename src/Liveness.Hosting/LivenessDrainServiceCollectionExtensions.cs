using Liveness;
using Liveness.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the drain of connections at the end of a program.</summary>
public static class LivenessDrainServiceCollectionExtensions
{
    /// <summary>
    /// Drains the connections when the host stops, before any of its services stops: <see cref="ILivenessFactory.DrainAsync"/> tells every
    /// peer that this program is going away, so that no peer sees a loss.
    /// </summary>
    /// <remarks>
    /// Call it beside AddLiveness. You can call it more than once: the configurations add up. The options are validated when the host
    /// starts. <see cref="DrainOptions.Within"/> must be shorter than the host's own limit (<c>HostOptions.ShutdownTimeout</c>, 30 s by
    /// default); when that limit is over, the connections that are not closed yet are cut off. A listening server still accepts connections
    /// during the drain, and their peers are told the same.
    /// </remarks>
    /// <param name="services">The services of your application.</param>
    /// <param name="configure">Sets options; null, the default, sets none.</param>
    /// <returns>The builder of the options.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    /// <example>
    /// <code>
    /// builder.Services.AddLiveness("devices");
    /// builder.Services.AddLivenessDrain(drain =&gt; drain.ReconnectSpread = TimeSpan.FromSeconds(30));
    /// </code>
    /// </example>
    public static OptionsBuilder<DrainOptions> AddLivenessDrain(
        this IServiceCollection services, Action<DrainOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, DrainService>());
        OptionsBuilder<DrainOptions> builder = services.AddOptions<DrainOptions>().ValidateOnStart();
        return configure is null ? builder : builder.Configure(configure);
    }
}
