using System.Net.Sockets;
using Liveness.Kernel;

namespace Liveness;

/// <summary>A connection that somebody else has made, uses and closes: see <see cref="ILivenessFactory.Watch"/>.</summary>
internal sealed class LentSocketAttachment : AttachedConnection
{
    private readonly LentSocket _socket;
    private readonly Action? _abort;
    private readonly SocketWatcher _watcher;
    private readonly KeepAliveChange _keepAlive;
    private readonly GuardedLogger _logger;

    private LentSocketAttachment(LentSocket socket, Action? abort, SocketWatcher watcher, LivenessSettings settings)
    {
        _socket = socket;
        _abort = abort;
        _watcher = watcher;
        _keepAlive = new KeepAliveChange(socket, watcher.Monitor, settings) { OnApplied = watcher.NoteKeepAlive };
        _logger = WorkQueue.ThreadPool.Guard(settings.Kernel.Logger);
    }

    /// <exception cref="InvalidOperationException">Always.</exception>
    public override Stream Stream => throw new InvalidOperationException(
        "This connection was handed over by Watch. Whoever made its socket reads and writes it, so it has no stream here. "
        + "To read and write a connection yourself, attach it with AttachAsync.");

    public override ConnectionMonitor Monitor => _watcher.Monitor;

    /// <param name="socket">Connected.</param>
    /// <param name="abort">Cuts it off; null = as this class does.</param>
    /// <param name="ownId">Null = none.</param>
    /// <param name="settings">Applied already.</param>
    /// <exception cref="ArgumentException">It is no connection any more.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    /// <exception cref="PlatformNotSupportedException">This system does not tell what it knows of a connection.</exception>
    public static AttachedConnection Start(Socket socket, Action? abort, string? ownId, LivenessSettings settings)
    {
        LentSocket lent = new(socket);
        SocketWatcher watcher = SocketWatcher.Over(socket, lent, settings.Kernel);
        watcher.Monitor.OwnId = ownId;
        return new LentSocketAttachment(lent, abort, watcher, settings);
    }

    /// <summary>Ends the watching; the socket stays as it is.</summary>
    public override async ValueTask DisposeAsync()
    {
        _keepAlive.Dispose();
        await _watcher.DisposeAsync().ConfigureAwait(false);
    }

    public override ValueTask DetachAsync() => DisposeAsync();

    public override async Task<CloseResult?> CloseAsync(LastWord? word, CancellationToken cancellationToken)
    {
        await DisposeAsync().AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        return null;
    }

    public override async ValueTask AbortAsync(string? reason)
    {
        // Ends the watching before this returns, for what cuts it off is not to be told as a loss.
        _ = DisposeAsync().AsTask();
        if (Monitor.Loss is null)
        {
            using CancellationTokenSource tooLate = new(HeartbeatDefaults.CloseTimeout, TimeProvider.System);
            await ForeignCode.CallAsync(WorkQueue.ThreadPool, _ => CutOffAsync(), tooLate.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Its owner gets what it would get from a peer that closes. A socket that is disposed beneath it would be a fault of its own to most
    /// clients, and some then stop connecting again.
    /// </summary>
    public override void CutOffNow()
    {
        if (_abort is not null)
        {
            _abort();
        }
        else if (_socket.Target is { } socket)
        {
            SocketReset.Announce(socket);
        }
    }

    protected override void Apply(LivenessSettings settings) => _keepAlive.Apply(settings);

    private Task CutOffAsync()
    {
        ForeignCode.Call(CutOffNow, _logger, nameof(AttachTarget.AbortTransport), () => Monitor.Label);
        return Task.CompletedTask;
    }
}
