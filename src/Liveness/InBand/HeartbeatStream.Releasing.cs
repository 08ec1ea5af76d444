namespace Liveness;

/// <content>Letting go of the transport, in good order or not.</content>
public sealed partial class HeartbeatStream
{
    private static readonly TimeSpan s_farewellLimit = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan s_frameLimit = TimeSpan.FromMilliseconds(5);

    private TaskCompletionSource? _released;

    /// <summary>Completes when the read loop has ended; null where nobody asks.</summary>
    private TaskCompletionSource? _readLoopEnded;

    private Task ReleaseOnce()
    {
        TaskCompletionSource released;
        bool inGoodOrder;
        TimeSpan patience;
        lock (_gate)
        {
            if (_released is not null)
            {
                return _released.Task;
            }

            released = _released = new TaskCompletionSource();
            inGoodOrder = _session.ClosesInGoodOrder;

            // A close that was waited for in vain, or an abort, waits no second time.
            patience = _session.Loss is { Kind: LossKind.CloseTimedOut } || _session.Outcome == CloseOutcome.Aborted ? s_farewellLimit : _plan.CloseTimeout;
        }

        _ = ReleaseAsync(inGoodOrder, patience, released);
        return released.Task;
    }

    private async Task ReleaseAsync(bool inGoodOrder, TimeSpan patience, TaskCompletionSource released)
    {
        try
        {
            if (!inGoodOrder)
            {
                await SayFarewellAsync().ConfigureAwait(false);
            }

            Task gone = LetGo(inGoodOrder);
            if (inGoodOrder || _transport.NeverBlocks || _transport.LeavesOpen)
            {
                // A foreign stream may never return from its dispose, or never end a read: it is left to itself then.
                await ForeignCode.WaitAsync(gone, patience, _timeProvider).ConfigureAwait(false);
            }
        }
        finally
        {
            released.SetResult();
        }
    }

    private Task LetGo(bool inGoodOrder)
    {
        TaskCompletionSource done = new();
        if (_transport.NeverBlocks)
        {
            // In this order: a socket that is closed under a pending receive answers with a reset.
            StopReceiving();
            _ = LetGoAsync(inGoodOrder, done);
        }
        else
        {
            // Each by itself, for each may block for ever.
            _workQueue.PostForeign(ForeignLane.Calls, new WorkItem(StopReceiving));
            _workQueue.PostForeign(ForeignLane.Calls, new WorkItem(() => _ = LetGoAsync(inGoodOrder, done)));
        }

        lock (_gate)
        {
            return _transport.LeavesOpen && _readLoopEnded is not null ? Task.WhenAll(done.Task, _readLoopEnded.Task) : done.Task;
        }
    }

    private async Task LetGoAsync(bool inGoodOrder, TaskCompletionSource done)
    {
        try
        {
            if (inGoodOrder)
            {
                await _transport.CloseAsync().ConfigureAwait(false);
            }
            else
            {
                using HandlerContext.Stay stay = _logger.ContextOf("Abort").Enter();
                _transport.Abort();
            }
        }
        catch (Exception exception)
        {
            LogWhoThrew(exception, inGoodOrder || !_transport.CallsAbort ? "the stream's Dispose" : "Abort");
        }
        finally
        {
            done.SetResult();
        }
    }

    /// <summary>A socket's failure is ours, a stream's is its owner's.</summary>
    private void LogWhoThrew(Exception exception, string foreign)
    {
        if (_transport.NeverBlocks)
        {
            InBandLog.WorkItemThrew(_logger, exception);
        }
        else
        {
            ForeignCodeLog.HandlerThrew(_logger, exception, foreign);
        }
    }

    private void StopReceiving()
    {
        try
        {
            _transportDone.Cancel();
        }
        catch (AggregateException exception)
        {
            LogWhoThrew(exception, "the token of the stream's read");
        }

        // Where the application drives, nobody would notice.
        ResumeReceiving();
    }

    /// <summary>Whoever judges a loss tells the other end, without waiting: relays and sleepers get it, a cut path does not.</summary>
    private async Task SayFarewellAsync()
    {
        if (_session.Outcome == CloseOutcome.Aborted && _transport.NeverBlocks)
        {
            // A frame that another thread is handing over just now, as the first beat: an abort that leaves no word looks like a crash.
            SpinWait.SpinUntil(() => !Volatile.Read(ref _isSending), s_frameLimit);
        }

        byte[] frame = new byte[WireLimits.MaxControlFrame];
        int length;
        lock (_gate)
        {
            if (_session.Farewell is not { } code || _isSending)
            {
                return;
            }

            _isSending = true;
            length = FrameWriter.WriteGoodbye(frame, code, _loss is ProtocolViolated violated ? violated.Rule : _loss?.ErrorType ?? _session.AbortReason);
        }

        TaskCompletionSource sent = new();
        if (_transport.NeverBlocks)
        {
            _ = SendFarewellAsync(frame.AsMemory(0, length), sent);
        }
        else
        {
            _workQueue.PostForeign(ForeignLane.Calls, new WorkItem(() => _ = SendFarewellAsync(frame.AsMemory(0, length), sent)));
            await ForeignCode.WaitAsync(sent.Task, s_farewellLimit, _timeProvider).ConfigureAwait(false);
        }
    }

    private async Task SendFarewellAsync(ReadOnlyMemory<byte> frame, TaskCompletionSource sent)
    {
        try
        {
            await _transport.SendAsync(frame).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            InBandLog.WritesFailed(_logger, exception);
        }
        finally
        {
            sent.SetResult();
        }
    }

    /// <summary>What runs on the work queue; it never fails.</summary>
    private sealed class WorkItem(Action run) : IThreadPoolWorkItem
    {
        public void Execute() => run();
    }
}
