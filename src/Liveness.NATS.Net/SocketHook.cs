using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;

namespace Liveness.NATS.Net;

/// <summary>Is shown every connection that a client has made, before the client uses it.</summary>
/// <param name="client">Whose connections they are.</param>
/// <param name="factory">Watches them.</param>
/// <param name="name">Of the settings.</param>
/// <param name="before">Was set before us, and may put a connection of its own around the client's.</param>
internal sealed class SocketHook(
    INatsConnection client,
    ILivenessFactory factory,
    string? name,
    Func<INatsSocketConnection, ValueTask<INatsSocketConnection>>? before)
{
    private readonly ILogger _logger = client.Opts.LoggerFactory.CreateLogger("Liveness.NATS.Net");

    /// <summary>Interlocked: 1 = said that some connections pass unwatched.</summary>
    private int _isTold;

    /// <summary>As <see cref="INatsConnection.OnSocketAvailableAsync"/>.</summary>
    public async ValueTask<INatsSocketConnection> OnSocketAvailableAsync(INatsSocketConnection made)
    {
        INatsSocketConnection connected = before is null ? made : await before(made).ConfigureAwait(false);
        try
        {
            return await WatchAsync(made, connected).ConfigureAwait(false);
        }
        catch
        {
            // The client logs what is thrown here, and at its first connect would go on with the connection, unwatched.
            await connected.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async ValueTask<INatsSocketConnection> WatchAsync(INatsSocketConnection made, INatsSocketConnection connected)
    {
        LivenessMode mode = factory.GetMode(name);

        // A connection around the client's may hide its socket.
        Socket? socket = SocketOf(connected) ?? (SocketOf(made) is { Connected: true } beneath ? beneath : null);
        if (mode == LivenessMode.KernelOnly && socket is not null)
        {
            factory.Watch(socket, name);
            return connected;
        }

        if (mode == LivenessMode.KernelOnly || IsWebSocket(connected))
        {
            if (Interlocked.Exchange(ref _isTold, 1) == 0)
            {
                NatsLog.NotWatched(_logger, name, mode, connected.GetType().Name);
            }

            return connected;
        }

        if (connected is INatsTlsUpgradeableSocketConnection)
        {
            TlsLater.Refuse(client.Opts, mode);
        }

        return await AttachAsync(connected, socket).ConfigureAwait(false);
    }

    /// <summary>A connection of somebody else may do something to the bytes, so they go through it. The client's own adds nothing to its
    /// socket.</summary>
    private async ValueTask<INatsSocketConnection> AttachAsync(INatsSocketConnection connected, Socket? socket)
    {
        if (IsOfClient(connected) && SocketOf(connected) is { } own)
        {
            return new StreamConnection(await factory.AttachAsync(own, name).ConfigureAwait(false), connected);
        }

        ConnectionStream stream = new(connected);
        AttachTarget target = new(stream, socket);
        return new StreamConnection(await factory.AttachAsync(target, name).ConfigureAwait(false), stream);
    }

    private static Socket? SocketOf(INatsSocketConnection connection) => (connection as INatsTlsUpgradeableSocketConnection)?.Socket;

    private static bool IsOfClient(INatsSocketConnection connection) => connection.GetType().Assembly == typeof(NatsConnection).Assembly;

    /// <summary>Its other end is a server of NATS, which expects no heartbeat inside.</summary>
    private bool IsWebSocket(INatsSocketConnection connected) =>
        IsOfClient(connected)
        && SocketOf(connected) is null
        && client.Opts.Url.Split(',').Any(static url => url.TrimStart().StartsWith("ws", StringComparison.OrdinalIgnoreCase));
}
