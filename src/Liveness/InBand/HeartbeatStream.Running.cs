namespace Liveness;

/// <content>The engine: read loop, wake-ups, and acting on what the session says.</content>
public sealed partial class HeartbeatStream
{
    private bool _wakeupIsForgotten;

    private void EnsureStarted()
    {
        SessionSignals signals;
        lock (_gate)
        {
            if (_session.IsStarted || _disposed)
            {
                return;
            }

            _scheduler.Register(_wakeup, _tick);
            _readLoopEnded = _transport.LeavesOpen ? new TaskCompletionSource() : null;
            signals = _session.Start(_scheduler.Now);
        }

        // Reading starts before HELLO is written, and never waits for the writer.
        _workQueue.Post(new WorkItem(ReadLoopAsync));
        Act(signals);
    }

    private void ForgetWakeup()
    {
        lock (_gate)
        {
            _wakeupIsForgotten = true;
        }

        _scheduler.Unregister(_wakeup);
    }

    private async Task ReadLoopAsync()
    {
        Exception? failure = null;
        try
        {
            int count = 0;
            int size = 0;
            bool goesOn;
            do
            {
                await _transport.WaitForBytesAsync(_transportDone.Token).ConfigureAwait(false);
                size = _transport.ReceiveSize(count, size);
                byte[] buffer = _pool.Rent(size);
                count = await _transport.ReceiveAsync(buffer.AsMemory(0, size), _transportDone.Token).ConfigureAwait(false);
                goesOn = TakeIn(buffer.AsSpan(0, count));

                // Not in a finally: what a receive that failed may still write to must not be handed out again.
                _pool.Return(buffer);
            }
            while (goesOn);
        }
        catch (Exception exception)
        {
            // Whatever a transport throws is the end of its read side; the session gives it its name.
            failure = exception;
        }

        failure ??= _transport.FailureBehindEnd();
        SessionSignals signals;
        lock (_gate)
        {
            Instant now = _scheduler.Now;
            signals = Note(_session.OnReadEnded(failure, now, _scheduler.Observe(now)));
        }

        Act(signals);
        _readLoopEnded?.SetResult();
    }

    /// <returns>Whether there is more to come: after an end nothing is read any more, whatever a peer goes on to send.</returns>
    private bool TakeIn(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return false;
        }

        SessionSignals signals;
        bool hasEnded;
        lock (_gate)
        {
            Instant now = _scheduler.Now;
            signals = Note(_session.OnReceived(bytes, now, _scheduler.Observe(now)));
            hasEnded = _session.HasEnded;
        }

        Act(signals);
        return !hasEnded && !_transportDone.IsCancellationRequested;
    }

    /// <summary>On the scheduler's thread: judges, and at most sends one beat on a socket.</summary>
    private Instant OnDue()
    {
        SessionSignals signals;
        bool closeStepIsDue;
        lock (_gate)
        {
            Instant now = _scheduler.Now;
            signals = Note(_session.Tick(now, _scheduler.Observe(now), _transport.Witness));
            closeStepIsDue = now >= _lastFrameDue;
        }

        Act(signals, onSchedulerThread: true);
        if (closeStepIsDue)
        {
            _closeStep.Set();
        }

        return NextWake();
    }

    private Instant NextWake()
    {
        lock (_gate)
        {
            Instant now = _scheduler.Now;
            Instant lastFrameDue = now < _lastFrameDue ? _lastFrameDue : Instant.Never;
            return Instant.Min(lastFrameDue, _session.NextWake(now, _scheduler.Observe(now)));
        }
    }

    /// <summary>Under the lock: fixes the terminal fact together with the state that carries it.</summary>
    private SessionSignals Note(SessionSignals signals)
    {
        if ((signals & SessionSignals.Ended) != 0 && _session.Loss is { } observation)
        {
            _loss = LossFactory.Create(observation, _timeProvider.GetUtcNow());
        }

        return signals;
    }

    /// <summary>Outside the lock: does what the session asked for.</summary>
    private void Act(SessionSignals signals, bool onSchedulerThread = false)
    {
        if (signals == SessionSignals.None)
        {
            return;
        }

        if ((signals & SessionSignals.ProbePoolLag) != 0)
        {
            _scheduler.ProbePoolLag();
        }

        if ((signals & SessionSignals.Wake) != 0 && !onSchedulerThread)
        {
            FileWakeup();
        }

        if ((signals & SessionSignals.Opened) != 0 && _session.IsOpen)
        {
            _workQueue.Post(new WorkItem(OnOpenedAsync));
            signals |= RequestWaitingProbe();
        }

        if ((signals & SessionSignals.Ended) != 0)
        {
            _workQueue.Post(new WorkItem(EndAsync));
        }
        else if ((signals & SessionSignals.StateChanged) != 0)
        {
            PublishState();
            LogState();
        }

        if ((signals & SessionSignals.Readable) != 0)
        {
            _readable.Set();
        }

        if ((signals & SessionSignals.Writable) != 0)
        {
            _writable.Set();
        }

        if ((signals & SessionSignals.ProbeAnswered) != 0)
        {
            CompleteProbe();
        }

        if ((signals & SessionSignals.CloseOver) != 0)
        {
            _closeStep.Set();
        }

        if ((signals & SessionSignals.Output) != 0)
        {
            Pump(onSchedulerThread);
        }
    }

    private void FileWakeup() => _scheduler.Schedule(_wakeup, NextWake());

    private sealed class Wakeup(HeartbeatStream stream) : SchedulerEntry
    {
        public override Instant OnDue(Instant now) => stream.OnDue();
    }
}
