using System.Buffers;

namespace Liveness;

/// <content>The engine: read loop, writer, wake-ups, and acting on what the session says.</content>
public sealed partial class HeartbeatStream
{
    private readonly PumpItem _pumpOnPool;
    private bool _writeOwned;
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

            _scheduler.Register(_wakeup, _plan.Rate.Tick);
            signals = _session.Start(_scheduler.Now);
        }

        // Reading starts before HELLO is written, and never waits for the writer.
        _workQueue.Post(new ReadLoopStart(this));
        Act(signals);
    }

    private async Task ReadLoopAsync()
    {
        Exception? failure = null;
        try
        {
            int count = 0;
            int size = 0;
            do
            {
                await _transport.WaitForBytesAsync(_transportDone.Token).ConfigureAwait(false);
                size = _transport.ReceiveSize(count, size);
                byte[] buffer = ArrayPool<byte>.Shared.Rent(size);
                count = await _transport.ReceiveAsync(buffer.AsMemory(0, size), _transportDone.Token).ConfigureAwait(false);
                TakeIn(buffer.AsSpan(0, count));

                // Not in a finally: what a receive that failed may still write to must not be handed out again.
                ArrayPool<byte>.Shared.Return(buffer);
            }
            while (count > 0);
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
    }

    private void TakeIn(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        Instant now = _scheduler.Now;
        LocalHealth health = _scheduler.Observe(now);
        SessionSignals signals;
        lock (_gate)
        {
            signals = Note(_session.OnReceived(bytes, now, health));
        }

        Act(signals);
    }

    /// <summary>On the scheduler's thread: judges, and at most sends one beat on a socket.</summary>
    private Instant OnDue(Instant now)
    {
        LocalHealth health = _scheduler.Observe(now);
        SessionSignals signals;
        lock (_gate)
        {
            signals = Note(_session.Tick(now, health, _transport.Witness));
        }

        Act(signals, onSchedulerThread: true);
        lock (_gate)
        {
            return _session.NextWake(now, health);
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

        if ((signals & SessionSignals.Opened) != 0)
        {
            OnOpened();
        }

        if ((signals & SessionSignals.Ended) != 0)
        {
            _workQueue.Post(new EndItem(this));
        }
        else if ((signals & SessionSignals.StateChanged) != 0)
        {
            PublishState();
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

    private void FileWakeup()
    {
        Instant due;
        lock (_gate)
        {
            Instant now = _scheduler.Now;
            due = _session.NextWake(now, _scheduler.Observe(now));
        }

        _scheduler.Schedule(_wakeup, due);
    }

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
                    // One attempt on the scheduler's thread; the rest, if any, is no business of it.
                    ArrayPool<byte>.Shared.Return(buffer);
                    _workQueue.Post(_pumpOnPool);
                    return;
                }
            }

            ArrayPool<byte>.Shared.Return(buffer);
        }
        catch (Exception exception)
        {
            // The ownership is kept, so nothing is sent any more; the buffer is left to the collector, for the transport may still hold it.
            Log.WritesFailed(_logger, exception);
            SessionSignals signals;
            lock (_gate)
            {
                signals = Note(_session.OnWriteFailed(exception, _scheduler.Now));
            }

            Act(signals);
            _closeStep.Set();
        }
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
        public override Instant OnDue(Instant now) => stream.OnDue(now);
    }

    private sealed class PumpItem(HeartbeatStream stream) : IThreadPoolWorkItem
    {
        public void Execute() => _ = stream.SendAllAsync(onSchedulerThread: false);
    }

    private sealed class ReadLoopStart(HeartbeatStream stream) : IThreadPoolWorkItem
    {
        public void Execute() => _ = stream.ReadLoopAsync();
    }
}
