using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Liveness;

/// <summary>One name: its settings in force, and what its connections share.</summary>
internal sealed class NamedLiveness : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Func<LivenessOptions> _read;
    private readonly LivenessSurroundings _surroundings;
    private LivenessSettings? _settings;
    private SideChannelPool? _pool;
    private SideChannelListener? _listener;
    private string? _failure;
    private bool _keepAliveIsLogged;
    private bool _disposed;

    /// <param name="name">Whose settings.</param>
    /// <param name="read">Makes them anew, validated by whoever validates them; may throw.</param>
    /// <param name="surroundings">Of everything of that name.</param>
    public NamedLiveness(string name, Func<LivenessOptions> read, LivenessSurroundings surroundings)
    {
        Name = name;
        _read = read;
        _surroundings = surroundings;
    }

    public string Name { get; }

    /// <summary>Reads them the first time.</summary>
    /// <exception cref="OptionsValidationException">They are not valid.</exception>
    public LivenessSettings Settings
    {
        get
        {
            lock (_gate)
            {
                return _settings ??= Read();
            }
        }
    }

    /// <summary>Reads the settings anew. What is not valid is logged, once, and leaves the old ones in force.</summary>
    /// <returns>Null where nothing is new.</returns>
    public LivenessSettings? Reload()
    {
        LivenessSettings settings;
        try
        {
            settings = Read();
        }
        catch (Exception failure)
        {
            // Of any type: binding and validation run code of others.
            lock (_gate)
            {
                if (_failure == failure.Message)
                {
                    return null;
                }

                _failure = failure.Message;
            }

            Log.SettingsRefused(_surroundings.Logger, Name, failure.Message);
            return null;
        }

        lock (_gate)
        {
            _failure = null;
            if (_settings is null || _disposed)
            {
                return null;
            }

            if (_settings.Mode == LivenessMode.SideChannel || settings.Mode == LivenessMode.SideChannel)
            {
                // Its side connections and its listener were made with what was valid then, and others depend on them.
                Log.SettingsNeedRestart(_surroundings.Logger, Name);
                return null;
            }

            _settings = settings;
        }

        return settings;
    }

    /// <summary>Once for a name, however many sockets.</summary>
    public void NoteKeepAlive(TcpKeepAliveResult result)
    {
        lock (_gate)
        {
            if (result.IsComplete || _keepAliveIsLogged)
            {
                return;
            }

            _keepAliveIsLogged = true;
        }

        Log.KeepAliveIncomplete(_surroundings.Logger, result);
    }

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

    public async Task<WatchedConnection> WatchAsync(LivenessSettings settings, LivenessTarget target, CancellationToken cancellationToken)
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

        return await pool.WatchAsync(SideEndPoint(settings, socket), socket, target.SideChannelKey, cancellationToken).ConfigureAwait(false);
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

    private LivenessSettings Read() => new(_read(), KeepAlivePlatforms.Current, _surroundings);
}
