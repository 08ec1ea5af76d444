using System.Diagnostics;

namespace Liveness;

/// <summary>The orderly close, the abort, and dispose. Made when somebody closes or is about to, or when a loss is to be cleared
/// away.</summary>
internal sealed class StreamCloser(InBandConnection connection)
{
    private readonly TransportRelease _release = new(connection);

    /// <summary>Of the close that waits for its next step. Made once, under the lock.</summary>
    private AsyncSignal? _step;

    /// <summary>Of the first close, which decides. Made once, under the lock; null = nobody closes yet.</summary>
    private QueuedCompletion? _closed;

    /// <summary>So long the transport may keep our last frame. Under the lock.</summary>
    private Instant _lastFrameDue = Instant.Never;

    /// <summary>The close is over, and how it went changes no more. Under the lock.</summary>
    private bool _isFinal;

    /// <summary>
    /// What a close tells the peer that says nothing of its own. Set by whoever knows that closes are coming; the newest one counts.
    /// </summary>
    public LastWord LastWord { get; set; } = LastWord.Done;

    /// <summary>Nobody waits for it any more.</summary>
    public bool IsOver => Volatile.Read(ref _closed) is { Task.IsCompleted: true };

    /// <summary>A close is under way: it publishes itself how that went.</summary>
    public bool IsUndecidedNeedsLock
    {
        get
        {
            Debug.Assert(Monitor.IsEntered(connection.Gate));
            return _closed is not null && !_isFinal;
        }
    }

    /// <summary>The first close decides; an abort cuts it short.</summary>
    /// <param name="word">What the peer is told; null = <see cref="LastWord"/>.</param>
    /// <param name="abort">Of the word the text alone is told.</param>
    public Task CloseOnce(LastWord? word = null, bool abort = false)
    {
        QueuedCompletion closed;
        bool isFirst;
        Instant begun;
        SessionSignals signals;
        bool wasLost;
        lock (connection.Gate)
        {
            isFirst = _closed is null;
            if (!isFirst && !abort)
            {
                return _closed!.Task;
            }

            connection.DisposeNeedsLock();
            if (!abort)
            {
                connection.KnownWrites?.Turns.HoldEndNeedsLock();
            }

            // Code of others continues from it: never inside of the close, and never on the thread that carries it on.
            closed = _closed ??= new QueuedCompletion(connection.WorkQueue);
            begun = connection.Clock.Now;
            InBandSession session = connection.Session;
            wasLost = session.Loss is not null;
            signals = connection.NoteNeedsLock(
                abort ? session.Abort(begun, word?.Text) : session.BeginClose(begun, word ?? LastWord));
        }

        // Whoever reads is told that the stream is disposed, before the peer is asked; whoever writes is told where nothing more goes.
        connection.End.FailWaiters();
        connection.Act(signals);
        if (isFirst)
        {
            connection.Start?.StopWatching();
            connection.Receiver.Resume();
            _ = FinishCloseAsync(closed, begun, wasLost);
        }

        return closed.Task;
    }

    /// <summary>
    /// Whoever disposes within a handler must not wait for it, while another caller does: so the handlers are waited for by each caller for
    /// itself.
    /// </summary>
    public async Task CloseAndDrainAsync(bool isInsideHandler)
    {
        Instant begun = connection.Clock.Now;
        await CloseOnce().ConfigureAwait(false);
        TimeSpan left = MonitorDefaults.LeftOf(connection.Plan.CloseTimeout, connection.Clock.Now - begun);
        await connection.Monitor.DrainAsync(isInsideHandler, left, connection.Clock.TimeProvider).ConfigureAwait(false);
    }

    /// <inheritdoc cref="TransportRelease.ReleaseOnce"/>
    public Task ReleaseOnce() => _release.ReleaseOnce();

    /// <summary>Something has changed that the close may wait for: it looks again, on the work queue.</summary>
    public void Step() => Volatile.Read(ref _step)?.Set();

    /// <summary>For a thread that can't count on the queue: takes here what step of the close stands there.</summary>
    public void StepHereIfPosted() => Volatile.Read(ref _step)?.RunIfPosted();

    public bool LastFrameIsDueNeedsLock(Instant now)
    {
        Debug.Assert(Monitor.IsEntered(connection.Gate));
        return now >= _lastFrameDue;
    }

    public Instant NextLookNeedsLock(Instant now)
    {
        Debug.Assert(Monitor.IsEntered(connection.Gate));
        return now < _lastFrameDue ? _lastFrameDue : Instant.Never;
    }

    private async Task FinishCloseAsync(QueuedCompletion closed, Instant begun, bool wasLost)
    {
        try
        {
            await SessionIsClosedAsync().ConfigureAwait(false);
            connection.End.Publish();
            await ReleaseOnce().ConfigureAwait(false);
            connection.ForgetWakeup();
            LogClose(connection.Clock.Now - begun, wasLost);
        }
        finally
        {
            closed.Set();
        }
    }

    private void LogClose(TimeSpan waited, bool wasLost)
    {
        CloseResult result = connection.Monitor.CloseResult!;
        if (result.Outcome == CloseOutcome.Aborted)
        {
            // Without the lock: the close is over, and the reason was set with its begin.
            InBandLog.Aborted(connection.Logger, result.UnconfirmedBytes, connection.Session.AbortReason, connection.Monitor.Label);
        }
        else if (result is { Outcome: CloseOutcome.NotConfirmed, Loss: not CloseTimedOut } && !wasLost
            && (result.UnconfirmedBytes > 0 || result.Loss is not null))
        {
            // A CloseTimedOut has said it in the line of the loss: after a storm nobody wants to read it twice.
            InBandLog.CloseNotConfirmed(connection.Logger, result.UnconfirmedBytes, waited, connection.Monitor.Label);
        }
    }

    /// <summary>Until the session has done with the peer, and our last frame has left.</summary>
    private async Task SessionIsClosedAsync()
    {
        while (true)
        {
            ValueTask wait;
            lock (connection.Gate)
            {
                if (connection.Session.CloseIsDone && LastFrameHasLeftNeedsLock())
                {
                    _isFinal = true;
                    return;
                }

                _step ??= new AsyncSignal(connection.WorkQueue);
                wait = _step.Wait();
            }

            connection.FileWakeup();
            await wait.ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Once the session has done with the peer: it says so when the last frame is taken, which a transport may keep for ever.
    /// </summary>
    /// <returns>True also where it is given up.</returns>
    private bool LastFrameHasLeftNeedsLock()
    {
        Debug.Assert(Monitor.IsEntered(connection.Gate));
        InBandSession session = connection.Session;
        if (!(session.ClosesInGoodOrder && session.IsOpen && session.Loss is null && connection.Sender.StillSendsNeedsLock))
        {
            return true;
        }

        Instant now = connection.Clock.Now;
        if (_lastFrameDue == Instant.Never)
        {
            _lastFrameDue = now + connection.Plan.CloseTimeout;
        }

        if (now < _lastFrameDue)
        {
            return false;
        }

        session.OnLastFramesCutOff();
        return true;
    }
}
