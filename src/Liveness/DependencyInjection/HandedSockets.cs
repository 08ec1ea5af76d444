using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Liveness;

/// <summary>The sockets of others that a factory was told to watch: see <see cref="ILivenessFactory.Watch"/>.</summary>
/// <remarks>
/// It is called from within the connect hooks of other libraries. So it throws only what is wrong every time, whatever the network does;
/// the rest is one line in the log, and the socket is its owner's as before.
/// </remarks>
internal sealed class HandedSockets(AttachedConnections connections, LivenessScheduler scheduler, GuardedLogger logger)
{
    private static readonly object s_known = new();

    /// <summary>A hook may be called more than once for a socket.</summary>
    private readonly ConditionalWeakTable<Socket, object> _known = [];

    public LivenessScheduler Scheduler => scheduler;

    /// <inheritdoc cref="ILivenessFactory.Watch"/>
    public void Watch(AttachTarget target, NamedLiveness named, Action<LivenessConnection>? watched)
    {
        LivenessSettings settings = named.Settings;
        Check(target, named.Name, settings.Mode);
        Socket socket = target.Socket!;
        if (!LentSocket.IsTcpSocket(socket))
        {
            ConnectionLabel label = new(target.Description, null, named.Name.Length == 0 ? null : named.Name, target.OwnId);
            NotWatched(named, label, $"a socket of {socket.AddressFamily} and {socket.SocketType} is no TCP connection");
            return;
        }

        if (!_known.TryAdd(socket, s_known))
        {
            return;
        }

        try
        {
            new HandedSocket(this, target, named, settings, watched).Start(socket);
        }
        catch
        {
            _known.Remove(socket);
            throw;
        }
    }

    /// <summary>Its owner is never told, so a person is: once for a name.</summary>
    public void NotWatched(NamedLiveness named, ConnectionLabel label, string reason)
    {
        if (named.IsFirstNotWatched())
        {
            FactoryLog.SocketNotWatched(logger, reason, label);
        }
    }

    public void Add(
        NamedLiveness named, LivenessSettings settings, string description, AttachedConnection attached,
        Action<LivenessConnection>? watched)
    {
        LivenessConnection connection = connections.Add(named, settings, description, attached);
        if (watched is not null)
        {
            scheduler.WorkQueue.PostForeign(ForeignLane.Calls, new ForeignCall(
                () => ForeignCode.Call(() => watched(connection), logger, nameof(watched), () => connection.Monitor.Label)));
        }
    }

    private static void Check(AttachTarget target, string name, LivenessMode mode)
    {
        if (mode != LivenessMode.KernelOnly)
        {
            throw new ArgumentException(
                $"Watch leaves the bytes of a connection alone, and so works in mode KernelOnly only; \"{name}\" has mode {mode}. Set Mode "
                + $"of \"{name}\" to KernelOnly, or watch with another name, or attach the connected stream with AttachAsync.",
                nameof(name));
        }

        if (target.Socket is not { } socket)
        {
            throw new ArgumentException(
                $"Watch needs the socket, and none can be found beneath a {target.Stream!.GetType().Name}. Use new AttachTarget(socket).",
                nameof(target));
        }

        if (IsListening(socket))
        {
            throw new ArgumentException(
                "Watch needs the socket of a connection, and this one listens for connections. Watch the sockets that it accepts.",
                nameof(target));
        }
    }

    private static bool IsListening(Socket socket)
    {
        try
        {
            return LentSocket.IsTcpSocket(socket)
                && socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection) is not 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
