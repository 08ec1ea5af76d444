namespace Liveness;

/// <summary>The begin of a connection: whoever waits for the handshake, and whoever forgot to start it.</summary>
internal sealed class InBandStart(InBandConnection connection)
{
    /// <summary>Of those who wait; null = nobody does. Under the lock.</summary>
    private TaskCompletionSource? _opened;

    /// <summary>The handshake came through, for whoever still has this object then. Under the lock; never reset.</summary>
    private bool _wasOpened;

    /// <summary>Set by the constructor of the stream, and taken by whoever comes first: exchanged atomically.</summary>
    private NeverStarted? _neverStarted;

    /// <summary>The first bytes of the peer, where somebody has read them before: a part of its HELLO. Set before it is started.</summary>
    public ReadOnlyMemory<byte> Taken { get; set; }

    /// <summary>From the constructor of a stream that nobody has started. Does nothing where nobody would hear of it.</summary>
    public void Watch()
    {
        if (!connection.Logger.IsNone)
        {
            _neverStarted = NeverStarted.Watch(this, connection.Clock.TimeProvider, connection.Plan.HandshakeTimeout);
        }
    }

    /// <summary>It is started, or never will be.</summary>
    public void StopWatching() => Interlocked.Exchange(ref _neverStarted, null)?.Dispose();

    /// <summary>On a timer of foreign make: a logger may block.</summary>
    public void LogIfNeverStarted()
    {
        if (!connection.IsStarted && !connection.IsDisposed)
        {
            connection.WorkQueue.Post(new QueuedAction(
                () => InBandLog.NeverStarted(connection.Logger, connection.Plan.HandshakeTimeout, connection.Monitor.Label)));
        }
    }

    /// <summary>Completes when the peer has introduced itself, once the handshake has begun.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        Task opened;
        bool hasEnded;
        lock (connection.Gate)
        {
            if (_wasOpened)
            {
                return Task.CompletedTask;
            }

            _opened ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            opened = _opened.Task;
            hasEnded = connection.Session.HasEnded;
        }

        if (hasEnded)
        {
            // What ended it has looked for this task, perhaps too early.
            connection.End.Publish();
            Fail();
        }

        return opened.WaitAsync(cancellationToken);
    }

    public void Complete()
    {
        TaskCompletionSource? opened;
        lock (connection.Gate)
        {
            _wasOpened = true;
            opened = _opened;
            _opened = null;
            connection.DropStartNeedsLock();
        }

        opened?.TrySetResult();
    }

    /// <summary>
    /// At the end, which may be known before the word that the handshake is through: then the start has come about all the same.
    /// </summary>
    public void Fail()
    {
        TaskCompletionSource? opened;
        lock (connection.Gate)
        {
            if (connection.Session.IsOpen)
            {
                _wasOpened = true;
                _opened?.TrySetResult();
            }

            opened = _opened;
            _opened = null;
        }

        if (opened is not null)
        {
            opened.TrySetException(connection.End.AsException());
            _ = opened.Task.Exception;
        }
    }
}
