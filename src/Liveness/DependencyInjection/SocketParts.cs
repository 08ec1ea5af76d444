using System.Net.Sockets;

namespace Liveness;

/// <summary>A connection whose bytes are left alone: watched by its kernel, or from the side.</summary>
internal sealed class SocketParts : AttachedParts
{
    private readonly LivenessTarget _target;
    private readonly IAsyncDisposable _watching;
    private readonly KeepAliveChange? _keepAlive;
    private readonly MonitoredStream _stream;

    private SocketParts(LivenessTarget target, ConnectionMonitor monitor, IAsyncDisposable watching, KeepAliveChange? keepAlive)
    {
        _target = target;
        _watching = watching;
        _keepAlive = keepAlive;
        Monitor = monitor;
        _stream = new MonitoredStream(target.Stream ?? new NetworkStream(target.Socket!, ownsSocket: !target.LeaveOpen), target.LeaveOpen, monitor, DisposeAsync);
    }

    public override Stream Stream => _stream;

    public override ConnectionMonitor Monitor { get; }

    public static AttachedParts Watched(LivenessTarget target, WatchedConnection watched) => new SocketParts(target, watched.Monitor, watched, keepAlive: null);

    public static AttachedParts ByKernel(LivenessTarget target, LivenessSettings settings)
    {
        SocketMonitor monitor = SocketMonitor.Start(target.Socket!, settings.Kernel);
        return new SocketParts(target, monitor.Monitor, monitor, new KeepAliveChange(target.Socket!, monitor.Monitor, settings) { OnApplied = monitor.NoteKeepAlive });
    }

    public override async ValueTask DisposeAsync()
    {
        _keepAlive?.Dispose();
        await _watching.DisposeAsync().ConfigureAwait(false);
        if (!_target.LeaveOpen)
        {
            await CloseAsync(_target).ConfigureAwait(false);
        }
    }

    public override void Change(LivenessSettings settings) => _keepAlive?.Apply(settings);

    public override void CutOff() => CutOff(_target);
}
