namespace Liveness;

/// <content>The orderly close, and dispose.</content>
public sealed partial class HeartbeatStream
{
    private AsyncSignal? _closeStep;
    private TaskCompletionSource? _closed;
    private Instant _lastFrameDue = Instant.Never;

    /// <summary>Closes in good order: sends what was accepted, says goodbye, and goes on reading until the peer has answered, so that nothing of ours is thrown away.</summary>
    /// <remarks>Pending reads and writes fail at once with <see cref="ObjectDisposedException"/>. It returns when the peer has everything; without progress after
    /// <see cref="HeartbeatOptions.CloseTimeout"/>, after <see cref="HeartbeatOptions.CloseDeadline"/> in any case; then the connection is cut off. To that is added
    /// at most one more CloseTimeout for a stream that does not take the last frame, and one for a stream whose own dispose does not return: it is left to itself.
    /// Before the handshake is through it waits only where something was written; otherwise it gives the handshake up at once, which the peer sees as a loss.
    /// No handler is started after it returns; a handler that is running is waited for, unless it is the caller. Never throws; may be called more than once, from any thread.</remarks>
    public override async ValueTask DisposeAsync()
    {
        await CloseAndDrainAsync(Monitor.IsInsideHandler).ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>As <see cref="DisposeAsync"/>, but blocks for at most <see cref="HeartbeatOptions.CloseTimeout"/>; what is left is done in the background.</summary>
    /// <param name="disposing">True where called by code, not by a finalizer.</param>
    protected override void Dispose(bool disposing)
    {
        // Once closed there is nothing to wait for: DisposeAsync comes by here, too, on whatever thread it ended.
        if (disposing && Volatile.Read(ref _closed) is not { Task.IsCompleted: true })
        {
            Task closing = CloseAndDrainAsync(Monitor.IsInsideHandler);
            if (!closing.IsCompleted)
            {
                closing.WaitAsync(_plan.CloseTimeout, _timeProvider).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
            }
        }

        base.Dispose(disposing);
    }

    /// <summary>Whoever disposes within a handler must not wait for it, while another caller does: so the handlers are waited for by each caller for itself.</summary>
    private async Task CloseAndDrainAsync(bool isInsideHandler)
    {
        await CloseOnce().ConfigureAwait(false);
        await Monitor.DrainAsync(isInsideHandler).ConfigureAwait(false);
    }

    /// <summary>As <see cref="DisposeAsync"/>, with a word to the peer why.</summary>
    internal async ValueTask CloseAsync(GoodbyeCode code, string reason)
    {
        await CloseOnce(code, reason).ConfigureAwait(false);
        await DisposeAsync().ConfigureAwait(false);
    }

    private Task CloseOnce(GoodbyeCode code = GoodbyeCode.Done, string? reason = null)
    {
        TaskCompletionSource closed;
        lock (_gate)
        {
            if (_closed is not null)
            {
                return _closed.Task;
            }

            _disposed = true;
            closed = _closed = new TaskCompletionSource();
        }

        _ = CloseAsync(closed, code, reason);
        return closed.Task;
    }

    private async Task CloseAsync(TaskCompletionSource closed, GoodbyeCode code, string? reason)
    {
        try
        {
            Instant begun;
            SessionSignals signals;
            lock (_gate)
            {
                begun = _scheduler.Now;
                signals = Note(_session.BeginClose(begun, code, reason));
            }

            // Whoever waits is told that the stream is disposed, before the peer is asked.
            FailWaiters();
            Act(signals);
            ResumeReceiving();
            bool confirmed = await SessionIsClosedAsync().ConfigureAwait(false);
            PublishEnd();
            await ReleaseOnce(inGoodOrder: confirmed).ConfigureAwait(false);
            ForgetWakeup();
            if (!confirmed && _loss is null && _session.IsOpen)
            {
                Log.CloseNotConfirmed(_logger, (long)_session.Unconfirmed, _scheduler.Now - begun);
            }
        }
        finally
        {
            closed.SetResult();
        }
    }

    /// <summary>Until the session has done with the peer, and our last frame has left.</summary>
    /// <returns>Whether the transport may be closed in good order.</returns>
    private async Task<bool> SessionIsClosedAsync()
    {
        while (true)
        {
            ValueTask wait;
            lock (_gate)
            {
                if (_session.CloseIsDone && CloseIsOver(out bool confirmed))
                {
                    return confirmed;
                }

                _closeStep ??= new AsyncSignal(_workQueue);
                wait = _closeStep.Wait();
            }

            FileWakeup();
            await wait.ConfigureAwait(false);
        }
    }

    /// <summary>Under the lock, once the session has done with the peer: the session says so when the last frame is taken, which a transport may keep for ever.</summary>
    private bool CloseIsOver(out bool confirmed)
    {
        confirmed = _session.CloseWasConfirmed;
        bool lastFrameIsLeaving = confirmed && _session.IsOpen && _isSending && !_writeIsBroken;
        if (!lastFrameIsLeaving)
        {
            return true;
        }

        Instant now = _scheduler.Now;
        if (_lastFrameDue == Instant.Never)
        {
            _lastFrameDue = now + _plan.CloseTimeout;
        }

        confirmed = false;
        return now >= _lastFrameDue;
    }
}
