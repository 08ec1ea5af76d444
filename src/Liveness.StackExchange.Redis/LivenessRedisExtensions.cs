using Liveness;
using Liveness.StackExchange.Redis;

namespace StackExchange.Redis;

/// <summary>Switches Liveness on for a client of Redis.</summary>
public static class LivenessRedisExtensions
{
    /// <summary>Watches every connection that the client makes with these options, and cuts off a dead one, so that the client connects
    /// again.</summary>
    /// <remarks>
    /// <para>In the mode <see cref="LivenessMode.KernelOnly"/> the sockets are watched by the kernel, and the server needs nothing. In the
    /// modes <see cref="LivenessMode.InBand"/> and <see cref="LivenessMode.SideChannel"/> the other end must run Liveness or the bridge.
    /// The mode is read at each connect.</para>
    /// <para>It sets <see cref="ConfigurationOptions.Tunnel"/>. A tunnel that is set there already is used beneath.</para>
    /// </remarks>
    /// <param name="options">The options of the client. They are changed.</param>
    /// <param name="factory">The factory that watches the connections.</param>
    /// <param name="name">The name that was given to AddLiveness; null, the default, means the nameless settings.</param>
    /// <returns>The same options.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> or <paramref name="factory"/> is null.</exception>
    /// <exception cref="ArgumentException">Nothing is configured for that name. The message lists the configured names, the most similar
    /// first.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The configuration is not valid.</exception>
    /// <exception cref="ObjectDisposedException">The factory is disposed.</exception>
    /// <example>
    /// <code>
    /// ConfigurationOptions options = ConfigurationOptions.Parse(server);
    /// options.UseLiveness(factory, "redis");
    /// </code>
    /// </example>
    public static ConfigurationOptions UseLiveness(this ConfigurationOptions options, ILivenessFactory factory, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(factory);

        // A mistake in the name is found here rather than at the first connect.
        _ = factory.GetMode(name);
        options.Tunnel = new LivenessTunnel(factory, name, options.Tunnel);
        return options;
    }
}
