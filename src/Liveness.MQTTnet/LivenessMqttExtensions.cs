using Liveness;
using Liveness.MQTTnet;

namespace MQTTnet;

/// <summary>Switches Liveness on for a client of MQTT.</summary>
public static class LivenessMqttExtensions
{
    /// <summary>Watches every connection that a client makes with these options, and cuts off a dead one, so that the client
    /// disconnects.</summary>
    /// <remarks>
    /// <para>In the mode <see cref="LivenessMode.KernelOnly"/> the socket is watched by the kernel, and the broker needs nothing. In the
    /// modes <see cref="LivenessMode.InBand"/> and <see cref="LivenessMode.SideChannel"/> the other end must run Liveness or the bridge.
    /// The mode is read at each connect.</para>
    /// <para>It sets <see cref="MqttClientTcpOptions.StreamProvider"/>. A provider that is set there already makes the connections.</para>
    /// </remarks>
    /// <param name="options">The options of the client, for a broker over TCP. They are changed.</param>
    /// <param name="factory">The factory that watches the connections.</param>
    /// <param name="name">The name that was given to AddLiveness; null, the default, means the nameless settings.</param>
    /// <returns>The same options.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> or <paramref name="factory"/> is null.</exception>
    /// <exception cref="ArgumentException">Nothing is configured for that name, or the options are not for a broker over TCP. The message
    /// says what to do.</exception>
    /// <exception cref="InvalidOperationException">The options use Liveness already.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The configuration is not valid.</exception>
    /// <exception cref="ObjectDisposedException">The factory is disposed.</exception>
    /// <example>
    /// <code>
    /// MqttClientOptions options = new MqttClientOptionsBuilder().WithTcpServer(server.Host, server.Port).Build();
    /// options.UseLiveness(factory, "mqtt");
    /// </code>
    /// </example>
    public static MqttClientOptions UseLiveness(this MqttClientOptions options, ILivenessFactory factory, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(factory);
        if (options.ChannelOptions is not MqttClientTcpOptions tcp)
        {
            throw new ArgumentException(
                "Liveness watches MQTT over TCP, and these options are for another channel. Use WithTcpServer of the builder.",
                nameof(options));
        }

        // A mistake in the name is found here rather than at the first connect.
        _ = factory.GetMode(name);
        if (tcp.StreamProvider is LivenessStreamProvider)
        {
            throw new InvalidOperationException("These options use Liveness already. Call UseLiveness once for each client.");
        }

        tcp.StreamProvider = new LivenessStreamProvider(factory, name, tcp, tcp.StreamProvider);
        return options;
    }
}
