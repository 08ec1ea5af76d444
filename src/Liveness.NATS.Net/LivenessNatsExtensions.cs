using Liveness;
using Liveness.NATS.Net;

namespace NATS.Client.Core;

/// <summary>Switches Liveness on for a client of NATS.</summary>
public static class LivenessNatsExtensions
{
    /// <summary>Watches every connection to a server that the client makes from now on, and cuts off a dead one, so that the client
    /// connects again. Call it before the client connects, and after you have set a callback of your own.</summary>
    /// <remarks>
    /// <para>In the mode <see cref="LivenessMode.KernelOnly"/> the socket is watched by the kernel, and the server needs nothing. In
    /// the modes <see cref="LivenessMode.InBand"/> and <see cref="LivenessMode.SideChannel"/> the other end must run Liveness
    /// or the bridge. The mode is read at each connect.</para>
    /// <para>It sets <see cref="INatsConnection.OnSocketAvailableAsync"/>. A callback that is set there already is called first, and the
    /// bytes go through the connection that it returns, as through one of your own <see cref="NatsOpts.SocketConnectionFactory"/>. A
    /// heartbeat runs inside of that connection.</para>
    /// <para>TLS that the client begins when the server has spoken (<see cref="TlsMode.Require"/>, a certificate, or tls:// in the URL)
    /// needs the bare socket, and so the mode KernelOnly. With <see cref="TlsMode.Prefer"/>, in the other modes, the client goes on without
    /// TLS. With <see cref="TlsMode.Implicit"/> it is the other way round: the heartbeat runs inside TLS, and in the mode KernelOnly the
    /// client shows no socket.</para>
    /// <para>Connections that show no TCP socket pass unwatched in the mode KernelOnly, and those over WebSocket in every mode. One warning
    /// for each client says so, in the category Liveness.NATS.Net of its <see cref="NatsOpts.LoggerFactory"/>.</para>
    /// </remarks>
    /// <param name="client">The connection of the client, such as the Connection of a NatsClient.</param>
    /// <param name="factory">The factory that watches the connections.</param>
    /// <param name="name">The name that was given to AddLiveness; null, the default, means the nameless settings.</param>
    /// <exception cref="ArgumentNullException"><paramref name="client"/> or <paramref name="factory"/> is null.</exception>
    /// <exception cref="ArgumentException">Nothing is configured for that name. The message lists the configured names, the most similar
    /// first.</exception>
    /// <exception cref="InvalidOperationException">The client uses Liveness already, or demands TLS on a bare socket while the mode is not
    /// KernelOnly. The message says what to do. If only a later change of the configuration makes it so, connects fail with this exception
    /// in the client's log.</exception>
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
        LivenessMode mode = factory.GetMode(name);
        if (client.OnSocketAvailableAsync?.Target is SocketHook)
        {
            throw new InvalidOperationException("This client uses Liveness already. Call UseLiveness once for each client.");
        }

        if (mode != LivenessMode.KernelOnly && client.Opts.SocketConnectionFactory is null && client.OnSocketAvailableAsync is null)
        {
            TlsLater.Refuse(client.Opts, mode);
        }

        client.OnSocketAvailableAsync = new SocketHook(client, factory, name, client.OnSocketAvailableAsync).OnSocketAvailableAsync;
    }
}
