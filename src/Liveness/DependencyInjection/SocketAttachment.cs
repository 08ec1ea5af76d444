using System.Net.Sockets;
using Liveness.Kernel;
using Liveness.SideChannel;

namespace Liveness;

/// <summary>A connection whose bytes are left alone: watched by its kernel, or from the side.</summary>
internal sealed class SocketAttachment : AttachedConnection
{
    private readonly AttachTarget _target;
    private readonly CutOff _cutOff;
    private readonly IAsyncDisposable _watching;
    private readonly KeepAliveChange? _keepAlive;
    private readonly MonitoredStream _stream;
    private readonly GuardedLogger _logger;

    private SocketAttachment(
        AttachTarget target,
        LivenessSettings settings,
        Stream stream,
        ConnectionMonitor monitor,
        IAsyncDisposable watching,
        KeepAliveChange? keepAlive,
        Action? look)
    {
        _target = target;
        _cutOff = CutOff.Of(target);
        _watching = watching;
        _keepAlive = keepAlive;
        _logger = WorkQueue.ThreadPool.Guard(settings.Kernel.Logger);
        Monitor = monitor;
        _stream = new MonitoredStream(stream, target.LeaveOpen, monitor, look, DisposeAsync);
    }

    public override bool IsWatched => _watching is not UnwatchedConnection;

    public override Stream Stream => _stream;

    public override ConnectionMonitor Monitor { get; }

    public static AttachedConnection Watched(AttachTarget target, LivenessSettings settings, Func<SideWatch> watch)
    {
        Stream stream = StreamOf(target);
        SideWatch watched = watch();
        watched.Monitor.OwnId = target.OwnId;
        return new SocketAttachment(target, settings, stream, watched.Monitor, watched, keepAlive: null, look: null);
    }

    /// <summary>A peer that was waited for, and does not speak Liveness. It is served, whatever its kernel tells.</summary>
    /// <param name="target">With or without a socket.</param>
    /// <param name="settings">Of plain peers.</param>
    /// <param name="peer">May have said something already.</param>
    public static AttachedConnection Plain(AttachTarget target, LivenessSettings settings, RecognizedPeer peer)
    {
        Stream stream = peer.Rest(StreamOf(target));
        try
        {
            if (target.Socket is { ProtocolType: ProtocolType.Tcp })
            {
                return ByKernel(target, settings, stream);
            }
        }
        catch (PlatformNotSupportedException)
        {
            // It is not the peer's fault that this system tells nothing. The log line of the attach says that nobody watches.
            return Unwatched(target, settings, stream);
        }

        return Unwatched(target, settings, stream);
    }

    public static AttachedConnection ByKernel(AttachTarget target, LivenessSettings settings) =>
        ByKernel(target, settings, StreamOf(target));

    private static SocketAttachment Unwatched(AttachTarget target, LivenessSettings settings, Stream stream)
    {
        UnwatchedConnection connection = new(
            settings.Kernel, RemoteName.Text(target.Socket is { } socket ? KeptName.Of(socket).EndPoint : null));
        connection.Monitor.OwnId = target.OwnId;
        return new SocketAttachment(target, settings, stream, connection.Monitor, connection, keepAlive: null, look: null);
    }

    private static SocketAttachment ByKernel(AttachTarget target, LivenessSettings settings, Stream stream)
    {
        SocketWatcher watcher = SocketWatcher.Start(target.Socket!, settings.Kernel);
        watcher.Monitor.OwnId = target.OwnId;
        KeepAliveSocket socket = new(target.Socket!);
        KeepAliveChange keepAlive = new(socket, watcher.Monitor, settings) { OnApplied = watcher.NoteKeepAlive };
        return new SocketAttachment(target, settings, stream, watcher.Monitor, watcher, keepAlive, watcher.LookNow);
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

    public override async Task<CloseResult?> CloseAsync(LastWord? word, CancellationToken cancellationToken)
    {
        await DisposeAsync().AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        return null;
    }

    public override async ValueTask AbortAsync(string? reason)
    {
        // Ends the watching before this returns, for what cuts it off is not to be told as a loss. Handlers are waited for by whoever
        // disposes.
        _ = _watching.DisposeAsync().AsTask();
        if (Monitor.Loss is null && !_target.LeaveOpen)
        {
            using CancellationTokenSource tooLate = new(HeartbeatDefaults.CloseTimeout, TimeProvider.System);
            await ForeignCode.CallAsync(WorkQueue.ThreadPool, _ => CutOffAsync(), tooLate.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public override void CutOffNow() => _cutOff.Now();

    private Task CutOffAsync()
    {
        ForeignCode.Call(CutOffNow, _logger, nameof(AttachTarget.AbortTransport), () => Monitor.Label);
        return Task.CompletedTask;
    }

    protected override void Apply(LivenessSettings settings) => _keepAlive?.Apply(settings);

    /// <summary>Before anything is begun: it may be refused.</summary>
    private static Stream StreamOf(AttachTarget target) =>
        target.Stream ?? new NetworkStream(target.Socket!, ownsSocket: !target.LeaveOpen);
}
