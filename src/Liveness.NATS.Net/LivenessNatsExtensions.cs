using System.Net.Sockets;
using Liveness;
using Liveness.NATS.Net;

namespace NATS.Client.Core;

/// <summary>Switches Liveness on for a client of NATS.</summary>
public static class LivenessNatsExtensions
{
    /// <summary>Watches every connection to a server that the client makes from now on, and cuts off a dead one, so that the client
    /// connects again. Call it before the client connects.</summary>
    /// <remarks>
    /// <para>In the mode <see cref="LivenessMode.KernelOnly"/> the socket is watched by the kernel, and the server needs nothing. In
    /// the modes <see cref="LivenessMode.InBand"/> and <see cref="LivenessMode.SideChannel"/> the other end must run Liveness
    /// or the bridge, and the client can't use TLS: put it beneath, between the bridges. The mode is read at each connect. Connections over
    /// WebSocket are not watched.</para>
    /// <para>It sets <see cref="INatsConnection.OnSocketAvailableAsync"/>. A callback that is set there already is called first.</para>
    /// </remarks>
    /// <param name="client">The connection of the client, such as the Connection of a NatsClient.</param>
    /// <param name="factory">The factory that watches the connections.</param>
    /// <param name="name">The name that was given to AddLiveness; null, the default, means the nameless settings.</param>
    /// <exception cref="ArgumentNullException"><paramref name="client"/> or <paramref name="factory"/> is null.</exception>
    /// <exception cref="ArgumentException">Nothing is configured for that name. The message lists the configured names, the most similar
    /// first.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The configuration is not valid.</exception>
    /// <exception cref="ObjectDisposedException">The factory is disposed.</exception>
    /// <example>
    /// <code>
    /// NatsClient client = new(server);
    /// client.Connection.UseLiveness(factory, "nats");
    /// </code>
    /// </example>
    public static void UseLiveness(this INatsConnection client, ILivenessFactory factory, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(factory);

        // A mistake in the name is found here rather than at the first connect.
        _ = factory.GetMode(name);
        Func<INatsSocketConnection, ValueTask<INatsSocketConnection>>? before = client.OnSocketAvailableAsync;
        client.OnSocketAvailableAsync = async made =>
        {
            INatsSocketConnection connected = before is null ? made : await before(made).ConfigureAwait(false);
            return connected is INatsTlsUpgradeableSocketConnection { Socket: { } socket }
                ? await WatchAsync(connected, socket, factory, name).ConfigureAwait(false)
                : connected;
        };
    }

    private static async ValueTask<INatsSocketConnection> WatchAsync(
        INatsSocketConnection connected, Socket socket, ILivenessFactory factory, string? name)
    {
        if (factory.GetMode(name) == LivenessMode.KernelOnly)
        {
            factory.Watch(socket, name);
            return connected;
        }

        return new StreamConnection(await factory.AttachAsync(socket, name).ConfigureAwait(false), connected);
    }
}
