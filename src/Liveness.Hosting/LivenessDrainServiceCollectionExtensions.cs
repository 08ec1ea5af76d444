using Liveness;
using Liveness.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the leave-taking of a program that ends.</summary>
public static class LivenessDrainServiceCollectionExtensions
{
    /// <summary>
    /// When the host stops, before any of its services does, <see cref="ILivenessFactory.DrainAsync"/> tells every peer that this program
    /// is going away, so that nobody takes the end of it for a loss.
    /// </summary>
    /// <remarks>
    /// Call it beside AddLiveness, once or more often; the configurations add up. The options are validated when the host starts.
    /// <see cref="DrainOptions.Within"/> has to lie below the host's own limit (<c>HostOptions.ShutdownTimeout</c>, 30 s by default): when
    /// that is over, what is not closed yet is cut off. A server that listens still accepts meanwhile; whoever connects then is told the
    /// same.
    /// </remarks>
    /// <param name="services">Of your application.</param>
    /// <param name="configure">Sets options; null = nothing.</param>
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
