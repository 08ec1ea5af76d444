namespace Liveness;

/// <content>The orderly close, the abort, and dispose.</content>
public sealed partial class HeartbeatStream
{
    private AsyncSignal? _closeStep;
    private QueuedCompletion? _closed;
    private Instant _lastFrameDue = Instant.Never;

    /// <summary>The close is over, and how it went changes no more.</summary>
    private bool _closeIsFinal;

    /// <summary>Closes in good order, and tells what became of what was written: sends what was accepted, says goodbye, and goes on reading
    /// until the peer has answered,
    /// so that nothing of ours is thrown away.</summary>
    /// <remarks>Pending reads and writes fail at once with <see cref="ObjectDisposedException"/>, and so do later ones. It completes when
    /// the peer has everything; without progress after
    /// <see cref="HeartbeatOptions.CloseTimeout"/>, after <see cref="HeartbeatOptions.CloseDeadline"/> in any case; then the connection is
    /// cut off, and
    /// <see cref="ConnectionMonitor.Completion"/> tells the loss: <see cref="CloseTimedOut"/>. It waits for no handler; dispose the stream
    /// afterwards, as always.
    /// Called again it completes with the same result; after the peer's own close, a loss or an abort it tells how that went for what was
    /// written.</remarks>
    /// <param name="cancellationToken">Ends the waiting, not the close.</param>
    /// <returns>What the peer has confirmed. The same as <see cref="ConnectionMonitor.CloseResult"/>.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<CloseResult> CloseAsync(CancellationToken cancellationToken = default)
    {
        await CloseOnce().WaitAsync(cancellationToken).ConfigureAwait(false);
        return Monitor.CloseResult!;
    }

    /// <summary>Cuts the connection off at once, and tells the peer so: it learns of a loss (<see cref="PeerGaveUp"/>, code
    /// <see cref="GoodbyeCode.Aborted"/>, or <see cref="ConnectionReset"/>
    /// where no word gets through), never of a good end. What was accepted and has not left is thrown away.</summary>
    /// <remarks>For whoever leaves in the middle of things, as by an exception: <see cref="DisposeAsync"/> can't know that, and tells the
    /// peer that all is well.
    /// At this end it is no loss: the monitor is <see cref="ConnectionState.Closed"/>, and <see cref="ConnectionMonitor.CloseResult"/> says
    /// <see cref="CloseOutcome.Aborted"/>.
    /// Pending and later operations fail with <see cref="ObjectDisposedException"/>; a close that is under way ends. It waits for no peer
    /// and no handler. Where the connection has ended already, that end stays.
    /// Never throws; may be called more than once, from any thread.</remarks>
    /// <param name="reason">Tells a person at the other end why; at most 256 bytes of UTF-8 are sent. Null = no reason.</param>
    public async ValueTask AbortAsync(string? reason = null)
    {
        await CloseOnce(abort: true, reason: reason).ConfigureAwait(false);
    }

    /// <summary>
    /// Closes as <see cref="CloseAsync(CancellationToken)"/>; how it went is logged and stands in
    /// <see cref="ConnectionMonitor.CloseResult"/>.
    /// </summary>
    /// <remarks>Before the handshake is through it waits only where something was written; otherwise it gives the handshake up at once,
    /// which the peer sees as a loss.
    /// To the limits of the close is added at most one more CloseTimeout for a stream that does not take the last frame of a close which
    /// the peer has answered, and one for a stream whose own dispose
    /// does not return then: it is left to itself.
    /// No handler is started after it returns; a handler that is running is waited for, unless it is the caller, until CloseTimeout is
    /// over, and for a second at least after the close
    /// (see <see cref="ConnectionMonitor"/>). Never throws; may be called more than once, from any thread.</remarks>
    public override async ValueTask DisposeAsync()
    {
        await CloseAndDrainAsync(Monitor.IsInsideHandler).ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Whoever disposes within a handler must not wait for it, while another caller does: so the handlers are waited for by each caller for
    /// itself.
    /// </summary>
    private async Task CloseAndDrainAsync(bool isInsideHandler)
    {
        Instant begun = _scheduler.Now;
        await CloseOnce().ConfigureAwait(false);
        TimeSpan left = MonitorDefaults.LeftOf(_plan.CloseTimeout, _scheduler.Now - begun);
        await Monitor.DrainAsync(isInsideHandler, left, _timeProvider).ConfigureAwait(false);
    }

    /// <summary>As <see cref="DisposeAsync"/>, with a word to the peer why.</summary>
    internal async ValueTask CloseAsync(GoodbyeCode code, string reason)
    {
        await CloseOnce(code, reason).ConfigureAwait(false);
        await DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The first close decides; an abort cuts it short.</summary>
    private Task CloseOnce(GoodbyeCode code = GoodbyeCode.Done, string? reason = null, bool abort = false)
    {
        QueuedCompletion closed;
        bool isFirst;
        Instant begun;
        SessionSignals signals = SessionSignals.None;
        bool wasLost;
        lock (_gate)
        {
            isFirst = _closed is null;
            if (!isFirst && !abort)
            {
                return _closed!.Task;
            }

            _disposed = true;

            // Code of others continues from it: never inside of the close, and never on the thread that carries it on.
            closed = _closed ??= new QueuedCompletion(_workQueue);
            begun = _scheduler.Now;
            wasLost = _session.Loss is not null;
            signals = Note(abort ? _session.Abort(begun, reason) : _session.BeginClose(begun, code, reason));
        }

        // Whoever waits is told that the stream is disposed, before the peer is asked.
        FailWaiters();
        Act(signals);
        if (isFirst)
        {
            ForgetNeverStarted();
            ResumeReceiving();
            _ = FinishCloseAsync(closed, begun, wasLost);
        }

        return closed.Task;
    }

    private async Task FinishCloseAsync(QueuedCompletion closed, Instant begun, bool wasLost)
    {
        try
        {
            await SessionIsClosedAsync().ConfigureAwait(false);
            PublishEnd();
            await ReleaseOnce().ConfigureAwait(false);
            ForgetWakeup();
            LogClose(_scheduler.Now - begun, wasLost);
        }
        finally
        {
            closed.Set();
        }
    }

    private void LogClose(TimeSpan waited, bool wasLost)
    {
        CloseResult result = Monitor.CloseResult!;
        if (result.Outcome == CloseOutcome.Aborted)
        {
            InBandLog.Aborted(_logger, result.UnconfirmedBytes, _session.AbortReason);
        }
        else if (result.Outcome == CloseOutcome.NotConfirmed && !wasLost && (result.UnconfirmedBytes > 0 || result.Loss is not null))
        {
            InBandLog.CloseNotConfirmed(_logger, result.UnconfirmedBytes, waited);
        }
    }

    /// <summary>Until the session has done with the peer, and our last frame has left.</summary>
    private async Task SessionIsClosedAsync()
    {
        while (true)
        {
            ValueTask wait;
            lock (_gate)
            {
                if (_session.CloseIsDone && LastFrameHasLeftNeedsLock())
                {
                    _closeIsFinal = true;
                    return;
                }

                _closeStep ??= new AsyncSignal(_workQueue);
                wait = _closeStep.Wait();
            }

            FileWakeup();
            await wait.ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Once the session has done with the peer: it says so when the last frame is taken, which a transport may keep for ever.
    /// </summary>
    /// <returns>True also where it is given up.</returns>
    private bool LastFrameHasLeftNeedsLock()
    {
        bool isLeaving = _session.ClosesInGoodOrder && _session.IsOpen && _session.Loss is null && _isSending && !_writeIsBroken;
        if (!isLeaving)
        {
            return true;
        }

        Instant now = _scheduler.Now;
        if (_lastFrameDue == Instant.Never)
        {
            _lastFrameDue = now + _plan.CloseTimeout;
        }

        if (now < _lastFrameDue)
        {
            return false;
        }

        _session.OnLastFramesCutOff();
        return true;
    }
}
