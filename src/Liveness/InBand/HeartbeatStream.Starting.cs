using System.Net.Sockets;

namespace Liveness;

/// <content>The begin: wrapping and the handshake in one call, or the handshake alone.</content>
public sealed partial class HeartbeatStream
{
    private TaskCompletionSource? _opened;
    private bool _wasOpened;
    private NeverStarted? _neverStarted;

    internal TimeProvider Clock => _timeProvider;

    /// <summary>
    /// Wraps a stream, and completes when the peer has introduced itself. To leave the stream open in the end, use the constructor.
    /// </summary>
    /// <param name="stream">As for the constructor.</param>
    /// <param name="options">Null = all defaults.</param>
    /// <param name="cancellationToken">Gives up: the stream is closed.</param>
    /// <exception cref="ConnectionLostException">The handshake failed, or the connection was lost during it; the loss says why.</exception>
    /// <exception cref="ArgumentException">As for the constructor.</exception>
    /// <exception cref="InvalidOperationException">As for the constructor.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static Task<HeartbeatStream> StartAsync(Stream stream, HeartbeatOptions? options = null, CancellationToken cancellationToken = default) =>
        StartedAsync(new HeartbeatStream(Transport.Over(Checked(stream, options), leaveOpen: false, options?.Abort, options?.TimeProvider), options ?? new HeartbeatOptions()), cancellationToken);

    /// <summary>
    /// Wraps a connected socket, and completes when the peer has introduced itself. To leave the socket open in the end, use the
    /// constructor.
    /// </summary>
    /// <param name="socket">As for the constructor.</param>
    /// <param name="options">Null = all defaults.</param>
    /// <param name="cancellationToken">Gives up: the socket is closed.</param>
    /// <exception cref="ConnectionLostException">The handshake failed, or the connection was lost during it; the loss says why.</exception>
    /// <exception cref="ArgumentException">As for the constructor.</exception>
    /// <exception cref="InvalidOperationException">As for the constructor.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static Task<HeartbeatStream> StartAsync(Socket socket, HeartbeatOptions? options = null, CancellationToken cancellationToken = default) =>
        StartedAsync(new HeartbeatStream(new SocketTransport(Checked(socket, options), owner: null, leaveOpen: false), options ?? new HeartbeatOptions()), cancellationToken);

    /// <summary>Starts the handshake, unless a read or write has done so, and completes when the peer has introduced itself. Call it right
    /// after accept:
    /// the peer's handshake time is running.</summary>
    /// <param name="cancellationToken">Ends the waiting, not the handshake.</param>
    /// <exception cref="ConnectionLostException">The handshake failed, or the connection was lost during it; the loss says why.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">This stream was disposed.</exception>
    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (Volatile.Read(ref _disposed))
        {
            return Task.FromException(EndAsException());
        }

        EnsureStarted();
        Task opened;
        lock (_gate)
        {
            if (_wasOpened)
            {
                return Task.CompletedTask;
            }

            _opened ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            opened = _opened.Task;
        }

        if (_session.HasEnded)
        {
            // What ended it has looked for this task, perhaps too early.
            PublishEnd();
            FailStart();
        }

        return opened.WaitAsync(cancellationToken);
    }

    internal bool IsLogged => !_logger.IsNone;

    /// <summary>On a timer of foreign make: a logger may block.</summary>
    internal void LogIfNeverStarted()
    {
        if (!Volatile.Read(ref _isStarted) && !Volatile.Read(ref _disposed))
        {
            _workQueue.Post(new WorkItem(() => InBandLog.NeverStarted(_logger, _plan.HandshakeTimeout, Monitor.Label)));
        }
    }

    /// <summary>It is started, or never will be.</summary>
    private void ForgetNeverStarted() => Interlocked.Exchange(ref _neverStarted, null)?.Dispose();

    private static async Task<HeartbeatStream> StartedAsync(HeartbeatStream stream, CancellationToken cancellationToken)
    {
        try
        {
            await stream.StartAsync(cancellationToken).ConfigureAwait(false);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private void CompleteStart()
    {
        TaskCompletionSource? opened;
        lock (_gate)
        {
            _wasOpened = true;
            opened = _opened;
            _opened = null;
        }

        opened?.TrySetResult();
    }

    /// <summary>
    /// At the end, which may be known before the word that the handshake is through: then the start has come about all the same.
    /// </summary>
    private void FailStart()
    {
        TaskCompletionSource? opened;
        lock (_gate)
        {
            if (_session.IsOpen)
            {
                _wasOpened = true;
                _opened?.TrySetResult();
            }

            opened = _opened;
            _opened = null;
        }

        if (opened is not null)
        {
            opened.TrySetException(EndAsException());
            _ = opened.Task.Exception;
        }
    }
}
