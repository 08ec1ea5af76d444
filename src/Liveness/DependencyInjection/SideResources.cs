using System.Net;
using System.Net.Sockets;
using Liveness.SideChannel;

namespace Liveness;

/// <summary>
/// The side channel of a name: its listener, or its pool of side connections; made when first needed, with the settings of then.
/// </summary>
internal sealed class SideResources : IAsyncDisposable
{
    private readonly Lock _gate = new();

    /// <summary>Under the lock.</summary>
    private SideChannelPool? _pool;

    /// <summary>Under the lock.</summary>
    private SideChannelListener? _listener;

    /// <summary>Under the lock.</summary>
    private bool _disposed;

    /// <summary>Begins to listen, where these settings say so.</summary>
    /// <exception cref="SocketException">The address can't be listened on.</exception>
    public SideChannelListener? Listener(LivenessSettings settings)
    {
        if (settings is not { Mode: LivenessMode.SideChannel, SideChannel.Listen: { } listen })
        {
            return null;
        }

        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(ILivenessFactory));
            return _listener ??= SideChannelListener.Start(LivenessOptionsRules.ParseListen(listen)!, settings.SideChannel.Listener);
        }
    }

    /// <summary>Waits for nothing: what is not there yet is joined when it comes.</summary>
    public SideWatch Watch(LivenessSettings settings, AttachTarget target)
    {
        Socket socket = target.Socket!;
        if (Listener(settings) is { } listener)
        {
            return target.SideChannelKey.IsEmpty ? listener.Watch(socket) : listener.Watch(socket, target.SideChannelKey.Span);
        }

        SideChannelPool pool;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(ILivenessFactory));
            pool = _pool ??= new SideChannelPool(settings.SideChannel.Client);
        }

        return pool.Watch(SideEndPoint(settings, socket), socket, target.SideChannelKey.Span);
    }

    public async ValueTask DisposeAsync()
    {
        SideChannelPool? pool;
        SideChannelListener? listener;
        lock (_gate)
        {
            _disposed = true;
            (pool, listener) = (_pool, _listener);
        }

        if (pool is not null)
        {
            await pool.DisposeAsync().ConfigureAwait(false);
        }

        if (listener is not null)
        {
            await listener.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static EndPoint SideEndPoint(LivenessSettings settings, Socket socket)
    {
        (string? host, int port) = LivenessOptionsRules.ParseConnect(settings.SideChannel.Connect!)!.Value;
        return host is null ? new IPEndPoint(((IPEndPoint)socket.RemoteEndPoint!).Address, port)
            : IPAddress.TryParse(host, out IPAddress? address) ? new IPEndPoint(address, port)
            : new DnsEndPoint(host, port);
    }
}
