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
    /// <para>It sets <see cref="ConfigurationOptions.Tunnel"/>. A tunnel that is set there already is used beneath. Set it before, for one
    /// that is set afterwards takes our place.</para>
    /// <para>A connection without a socket, of a tunnel that brings its own, passes unwatched in the mode KernelOnly; one of a tunnel that
    /// brings its whole transport does in every mode. One warning for each client says so, in the category Liveness.StackExchange.Redis of
    /// its <see cref="ConfigurationOptions.LoggerFactory"/>.</para>
    /// </remarks>
    /// <param name="options">The options of the client. They are changed.</param>
    /// <param name="factory">The factory that watches the connections.</param>
    /// <param name="name">The name that was given to AddLiveness; null, the default, means the nameless settings.</param>
    /// <returns>The same options.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> or <paramref name="factory"/> is null.</exception>
    /// <exception cref="ArgumentException">Nothing is configured for that name. The message lists the configured names, the most similar
    /// first.</exception>
    /// <exception cref="InvalidOperationException">The options use Liveness already.</exception>
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
        if (options.Tunnel is LivenessTunnel)
        {
            throw new InvalidOperationException("These options use Liveness already. Call UseLiveness once for each client.");
        }

        options.Tunnel = new LivenessTunnel(factory, name, options.Tunnel, () => options.LoggerFactory);
        return options;
    }
}
