using System.Buffers;

namespace Liveness;

/// <content>The engine: read loop, writer, wake-ups, and acting on what the session says.</content>
public sealed partial class HeartbeatStream
{
    private readonly WorkItem _pumpOnPool;
    private bool _writeOwned;
    private bool _writeIsBroken;
    private bool _wakeupIsForgotten;
    private ulong _handedOver;

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
                byte[] buffer = ArrayPool<byte>.Shared.Rent(size);
                count = await _transport.ReceiveAsync(buffer.AsMemory(0, size), _transportDone.Token).ConfigureAwait(false);
                goesOn = TakeIn(buffer.AsSpan(0, count));

                // Not in a finally: what a receive that failed may still write to must not be handed out again.
                ArrayPool<byte>.Shared.Return(buffer);
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

    /// <summary>Takes the connection's write ownership, if there is something to send and nobody has it; who has it looks again before letting go.</summary>
    private void Pump(bool onSchedulerThread)
    {
        lock (_gate)
        {
            if (_writeOwned || !_session.HasOutput(_scheduler.Now))
            {
                return;
            }

            _writeOwned = true;
        }

        if (_transport.NeverBlocks)
        {
            _ = SendAllAsync(onSchedulerThread);
        }
        else
        {
            _workQueue.Post(_pumpOnPool);
        }
    }

    /// <summary>Sends until there is nothing left, holding the write ownership. Never throws: a failure goes to the session.</summary>
    private async Task SendAllAsync(bool onSchedulerThread)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(SendScheduler.BufferSize);
        try
        {
            while (TakeOutput(buffer, out int length, out ulong sent, out bool isLast))
            {
                await _transport.SendAsync(buffer.AsMemory(0, length)).ConfigureAwait(false);
                lock (_gate)
                {
                    _handedOver = sent;
                }

                _writable.Set();
                if (isLast)
                {
                    _transport.ShutdownSend();
                }

                if (onSchedulerThread)
                {
                    LetGoOfWrites();
                    break;
                }
            }

            ArrayPool<byte>.Shared.Return(buffer);
        }
        catch (Exception exception)
        {
            // On the work queue, for a logger may block. The buffer is left to the collector, for the transport may still hold it.
            _workQueue.Post(new WorkItem(() => OnWriteFailedAsync(exception)));
        }
    }

    /// <summary>One attempt on the scheduler's thread; the rest, if any, is no business of it. The ownership is not handed to the pool but let go of:
    /// while the pool is starved, the next beat must still leave from here.</summary>
    private void LetGoOfWrites()
    {
        bool hasMore;
        lock (_gate)
        {
            _writeOwned = false;
            hasMore = _session.HasOutput(_scheduler.Now);
        }

        _closeStep.Set();
        if (hasMore)
        {
            _workQueue.Post(new WorkItem(PumpOnPoolAsync));
        }
    }

    private Task PumpOnPoolAsync()
    {
        Pump(onSchedulerThread: false);
        return Task.CompletedTask;
    }

    /// <summary>The ownership is kept, so nothing is sent any more.</summary>
    private Task OnWriteFailedAsync(Exception exception)
    {
        SessionSignals signals;
        lock (_gate)
        {
            _writeIsBroken = true;
            signals = Note(_session.OnWriteFailed(exception, _scheduler.Now));
        }

        Act(signals);
        _closeStep.Set();
        Log.WritesFailed(_logger, exception);
        return Task.CompletedTask;
    }

    private bool TakeOutput(byte[] buffer, out int length, out ulong sent, out bool isLast)
    {
        SessionSignals signals;
        lock (_gate)
        {
            Instant now = _scheduler.Now;
            length = _session.TakeOutput(buffer, now, _scheduler.Observe(now), out signals);
            Note(signals);
            sent = _session.Counts.Sent;
            isLast = length > 0 && _session.GoodbyeWasTaken;
            _writeOwned = length > 0;
        }

        if (length == 0)
        {
            _closeStep.Set();
        }

        Act(signals);
        return length > 0;
    }

    private sealed class Wakeup(HeartbeatStream stream) : SchedulerEntry
    {
        public override Instant OnDue(Instant now) => stream.OnDue();
    }
}
