namespace Liveness;

/// <content>The writer: whoever owns it hands one frame after another to the transport, so that no two ever mix.</content>
public sealed partial class HeartbeatStream
{
    private readonly WorkItem _sendOnPool;
    private readonly WorkItem _pumpOnPool;
    private bool _writeOwned;
    private bool _writeIsBroken;
    private ulong _handedOver;

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
            _workQueue.Post(_sendOnPool);
        }
    }

    private Task PumpOnPoolAsync()
    {
        Pump(onSchedulerThread: false);
        return Task.CompletedTask;
    }

    /// <summary>Sends until there is nothing left, holding the write ownership. Never throws: a failure goes to the session.</summary>
    private async Task SendAllAsync(bool onSchedulerThread)
    {
        byte[] buffer = _pool.Rent(SendScheduler.BufferSize);
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
                    StopSending();
                    break;
                }
            }

            _pool.Return(buffer);
        }
        catch (Exception exception)
        {
            // On the work queue, for a logger may block. The buffer is left to the collector, for the transport may still hold it.
            _workQueue.Post(new WorkItem(() => OnWriteFailedAsync(exception)));
        }
    }

    /// <summary>Gives the ownership back before the pool is asked for the rest: while that runs nothing, the scheduler's thread must be able to send the next beat.</summary>
    private void StopSending()
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
            _workQueue.Post(_pumpOnPool);
        }
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
}
