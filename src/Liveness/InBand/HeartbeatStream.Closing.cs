namespace Liveness;

/// <content>Both ends of a life: the orderly close, and the loss.</content>
public sealed partial class HeartbeatStream
{
    private readonly AsyncSignal _closeStep;
    private ConnectionLoss? _loss;
    private Task? _closing;
    private bool _transportGone;

    /// <summary>Closes in good order: sends what was accepted, says goodbye, and goes on reading until the peer has answered, so that nothing of ours is thrown away.</summary>
    /// <remarks>Returns after <see cref="HeartbeatOptions.CloseTimeout"/> without progress, after <see cref="HeartbeatOptions.CloseDeadline"/> in any case.
    /// Pending reads and writes fail at once with <see cref="ObjectDisposedException"/>. No handler is started after it returns; a handler that is running
    /// is waited for, unless it is the caller.</remarks>
    public override async ValueTask DisposeAsync()
    {
        await CloseOnce().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>As <see cref="DisposeAsync"/>, but blocks for at most <see cref="HeartbeatOptions.CloseTimeout"/>; what is left is done in the background.</summary>
    /// <param name="disposing">True where called by code, not by a finalizer.</param>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Task closing = CloseOnce();
            if (!closing.IsCompleted)
            {
                Task.WaitAny(closing, Task.Delay(_plan.CloseTimeout, _timeProvider));
            }
        }

        base.Dispose(disposing);
    }

    private Task CloseOnce()
    {
        lock (_gate)
        {
            if (_closing is not null)
            {
                return _closing;
            }

            _disposed = true;
            _closing = Task.CompletedTask;
        }

        Task closing = CloseAsync();
        lock (_gate)
        {
            _closing = closing;
        }

        return closing;
    }

    private async Task CloseAsync()
    {
        Instant begun = _scheduler.Now;
        SessionSignals signals;
        lock (_gate)
        {
            signals = Note(_session.BeginClose(begun));
        }

        // Whoever waits must see that the stream is disposed, whatever the session says.
        Act(signals | SessionSignals.Readable | SessionSignals.Writable);
        await CloseIsOverAsync().ConfigureAwait(false);
        FailWaiters();
        bool confirmed;
        ulong unconfirmed;
        lock (_gate)
        {
            confirmed = _session.CloseWasConfirmed;
            unconfirmed = _session.Unconfirmed;
        }

        if (!confirmed && _session.Loss is null && _session.IsOpen)
        {
            Log.CloseNotConfirmed(_logger, (long)unconfirmed, _scheduler.Now - begun);
        }

        await LetGoAsync(confirmed).ConfigureAwait(false);
        _scheduler.Unregister(_wakeup);
        if (_session.Loss is null)
        {
            Monitor.TryClose(failPendingIo: null);
        }

        await Monitor.DrainAsync().ConfigureAwait(false);
    }

    /// <summary>Until the session has done with the peer, and our last frame has left.</summary>
    private async Task CloseIsOverAsync()
    {
        while (true)
        {
            ValueTask wait;
            lock (_gate)
            {
                bool lastFrameIsOut = !_writeOwned || !_session.CloseWasConfirmed || _session.Loss is not null;
                if (_session.CloseIsDone && lastFrameIsOut)
                {
                    return;
                }

                wait = _closeStep.Wait();
            }

            await wait.ConfigureAwait(false);
        }
    }

    private async Task LetGoAsync(bool confirmed)
    {
        lock (_gate)
        {
            if (_transportGone)
            {
                return;
            }

            _transportGone = true;
        }

        if (confirmed && _transport.NeverBlocks)
        {
            await _transport.CloseAsync().ConfigureAwait(false);
        }
        else
        {
            // A foreign stream may block for ever when it is disposed; nobody waits for that.
            _workQueue.Post(new LetGoItem(this, abort: !confirmed));
        }

        await _transportDone.CancelAsync().ConfigureAwait(false);
    }

    /// <summary>On the pool, once: publishes the end, tells a peer that we judged, and cuts the connection off.</summary>
    private async Task EndAsync()
    {
        if (_loss is not { } loss)
        {
            Monitor.TryClose(FailWaiters);
            return;
        }

        if (Monitor.TryLose(loss, FailWaiters))
        {
            Log.ConnectionLost(_logger, loss, loss.ErrorType, loss.Evidence.IncidentId);
        }

        await SayFarewellAsync().ConfigureAwait(false);
        await LetGoAsync(confirmed: false).ConfigureAwait(false);
        _scheduler.Unregister(_wakeup);
    }

    /// <summary>Whoever judges a loss tells the other end, without waiting: relays and sleepers get it, a cut path does not.</summary>
    private async Task SayFarewellAsync()
    {
        byte[] frame = new byte[WireLimits.MaxControlFrame];
        int length;
        lock (_gate)
        {
            if (_session.Farewell is not { } code || _writeOwned)
            {
                return;
            }

            _writeOwned = true;
            length = FrameWriter.WriteGoodbye(frame, code, _loss?.ErrorType);
        }

        try
        {
            Task sending = _transport.NeverBlocks
                ? _transport.SendAsync(frame.AsMemory(0, length)).AsTask()
                : Task.Run(() => _transport.SendAsync(frame.AsMemory(0, length)).AsTask());
            if (!_transport.NeverBlocks)
            {
                sending = sending.WaitAsync(s_farewellLimit, _timeProvider);
            }
            else if (!sending.IsCompleted)
            {
                _ = sending.ContinueWith(static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
                return;
            }

            await sending.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Log.WritesFailed(_logger, exception);
        }
    }

    private static readonly TimeSpan s_farewellLimit = TimeSpan.FromMilliseconds(100);

    /// <summary>Pending operations look again, and find the end.</summary>
    private void FailWaiters()
    {
        _readable.Set();
        _writable.Set();
        FailProbe();
        if (_loss is { } loss)
        {
            _opened.TrySetException(new ConnectionLostException(loss));
            _ = _opened.Task.Exception;
        }
        else
        {
            _opened.TrySetException(new ObjectDisposedException(nameof(HeartbeatStream)));
            _ = _opened.Task.Exception;
        }
    }

    private void ThrowIfLost()
    {
        if (_session.HasEnded && _loss is not null)
        {
            throw LostException();
        }
    }

    private void ThrowIfPeerClosed()
    {
        if (_session.HasEnded)
        {
            throw new IOException("The peer has closed the connection in good order: it takes no more data.");
        }
    }

    /// <summary>Publishes first, so that nobody sees the exception before the monitor knows.</summary>
    private ConnectionLostException LostException()
    {
        ConnectionLoss loss = _loss!;
        if (Monitor.TryLose(loss, FailWaiters))
        {
            Log.ConnectionLost(_logger, loss, loss.ErrorType, loss.Evidence.IncidentId);
        }

        return new ConnectionLostException(loss);
    }

    private sealed class EndItem(HeartbeatStream stream) : IThreadPoolWorkItem
    {
        public void Execute() => _ = stream.EndAsync();
    }

    private sealed class LetGoItem(HeartbeatStream stream, bool abort) : IThreadPoolWorkItem
    {
        public void Execute() => _ = ExecuteAsync();

        private async Task ExecuteAsync()
        {
            try
            {
                if (abort)
                {
                    stream._transport.Abort();
                }
                else
                {
                    await stream._transport.CloseAsync().ConfigureAwait(false);
                }
            }
            catch (Exception exception)
            {
                Log.WorkItemThrew(stream._logger, exception);
            }
        }
    }
}
