using Liveness;
using Liveness.Presence;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds presence to a container.</summary>
public static class LivenessPresenceServiceCollectionExtensions
{
    /// <summary>
    /// Puts every connection that has an own id into a presence store while the host runs, and registers <see cref="IPresence"/>, the view
    /// over all processes that share the store. Without another store, presence is kept in the memory of this process.
    /// </summary>
    /// <remarks>
    /// <para>Call it beside AddLiveness; a process that only looks (<see cref="PresenceOptions.Gateway"/> is null) needs no AddLiveness.
    /// You can call it more than once: the configurations add up. The options are validated when the host starts.</para>
    /// <para>AttachAsync never waits for the store, and no connection is ever touched because of it. While the store is away, changes wait
    /// in memory. When the host stops, this process leaves the store after all other services have stopped, so that its devices are
    /// disconnected for everybody at once.</para>
    /// </remarks>
    /// <param name="services">The services of your application.</param>
    /// <param name="configure">Sets options; null, the default, sets none.</param>
    /// <returns>The builder of the options, to which a store can be added.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    /// <example>
    /// <code>
    /// builder.Services.AddLiveness("devices");
    /// builder.Services.AddLivenessPresence(presence =&gt; presence.Gateway = "gateway-1");
    /// </code>
    /// </example>
    public static OptionsBuilder<PresenceOptions> AddLivenessPresence(
        this IServiceCollection services, Action<PresenceOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PresenceOptions>, PresenceOptionsValidator>());
        services.TryAddSingleton<BackgroundLane>();
        services.TryAddSingleton(static provider =>
            new PresenceLogger(provider.GetRequiredService<BackgroundLane>(), provider.GetService<ILoggerFactory>()));
        services.TryAddSingleton<IPresenceStore>(static provider =>
            new InMemoryPresenceStore(provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<PresenceAgent>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConnectionListener, PresenceAgent>(AgentOf));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, PresenceAgent>(AgentOf));
        services.TryAddSingleton<IPresence>(static provider =>
        {
            PresenceAgent agent = AgentOf(provider);
            return new StoredPresence(
                provider.GetRequiredService<IPresenceStore>(),
                () => agent.Settings,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<PresenceLogger>());
        });
        OptionsBuilder<PresenceOptions> builder = services.AddOptions<PresenceOptions>().ValidateOnStart();
        return configure is null ? builder : builder.Configure(configure);
    }

    private static PresenceAgent AgentOf(IServiceProvider provider) => provider.GetRequiredService<PresenceAgent>();
}
