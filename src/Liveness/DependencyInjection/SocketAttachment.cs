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

    /// <summary>Of a plain peer: ends the read that its first bytes were waited for with. Null = there is none.</summary>
    private Func<Task>? _leave;

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
        _stream = new MonitoredStream(stream, target.LeaveOpen, monitor, look, EndWatching, DisposeAsync);
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
        SocketAttachment attached = Plain(target, settings, peer.Rest(StreamOf(target)));
        if (peer.Source is { } source)
        {
            TimeProvider clock = LivenessScheduler.For(settings.Kernel.TimeProvider).TimeProvider;
            attached._leave = () => source.LeaveAsync(clock);
        }

        return attached;
    }

    public static AttachedConnection ByKernel(AttachTarget target, LivenessSettings settings) =>
        ByKernel(target, settings, StreamOf(target));

    private static SocketAttachment Plain(AttachTarget target, LivenessSettings settings, Stream stream)
    {
        try
        {
            return target.Socket is { ProtocolType: ProtocolType.Tcp }
                ? ByKernel(target, settings, stream)
                : Unwatched(target, settings, stream);
        }
        catch (PlatformNotSupportedException)
        {
            // It is not the peer's fault that this system tells nothing. The log line of the attach says that nobody watches.
            return Unwatched(target, settings, stream);
        }
    }

    private static SocketAttachment Unwatched(AttachTarget target, LivenessSettings settings, Stream stream)
    {
        UnwatchedConnection connection = new(
            settings.Kernel, RemoteName.Text(target.Socket is { } socket ? KeptName.Of(socket).EndPoint : null));
        connection.Monitor.OwnId = target.OwnId;
        return new SocketAttachment(target, settings, stream, connection.Monitor, connection, keepAlive: null, look: null);
    }

    private static SocketAttachment ByKernel(AttachTarget target, LivenessSettings settings, Stream stream)
    {
        SocketWatcher watcher = Watch(target.Socket!, settings);
        watcher.Monitor.OwnId = target.OwnId;
        KeepAliveSocket socket = new(target.Socket!);
        KeepAliveChange keepAlive = new(socket, watcher.Monitor, settings) { OnApplied = watcher.NoteKeepAlive };
        return new SocketAttachment(target, settings, stream, watcher.Monitor, watcher, keepAlive, watcher.LookNow);
    }

    public override ValueTask DisposeAsync() => EndAsync(_target.LeaveOpen);

    public override ValueTask DetachAsync() => EndAsync(leaveOpen: true);

    public override async Task<CloseResult?> CloseAsync(LastWord? word, CancellationToken cancellationToken)
    {
        await DisposeAsync().AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        return null;
    }

    public override async ValueTask AbortAsync(string? reason)
    {
        // What cuts it off is not to be told as a loss.
        EndWatching();
        if (Monitor.Loss is null && !_target.LeaveOpen)
        {
            using CancellationTokenSource tooLate = new(HeartbeatDefaults.CloseTimeout, TimeProvider.System);
            await ForeignCode.CallAsync(WorkQueue.ThreadPool, _ => CutOffAsync(), tooLate.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public override void CutOffNow() => _cutOff.Now();

    /// <summary>Before this returns. Handlers are waited for by whoever disposes.</summary>
    private void EndWatching() => _ = _watching.DisposeAsync().AsTask();

    private async ValueTask EndAsync(bool leaveOpen)
    {
        _keepAlive?.Dispose();
        await _watching.DisposeAsync().ConfigureAwait(false);
        if (!leaveOpen)
        {
            await CloseAsync(_target).ConfigureAwait(false);
        }
        else if (_leave is { } leave)
        {
            // Whoever goes on with it reads every byte that comes from now on.
            await leave().ConfigureAwait(false);
        }
    }

    /// <exception cref="IOException">The peer has ended it already: that is no mistake of whoever attaches it.</exception>
    private static SocketWatcher Watch(Socket socket, LivenessSettings settings)
    {
        try
        {
            return SocketWatcher.Start(socket, settings.Kernel);
        }
        catch (ArgumentException refused) when (FirstLook.HasEnded(socket))
        {
            throw new IOException("The connection has ended before it could be watched.", refused);
        }
    }

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
