namespace Liveness;

/// <summary>Letting go of the transport, once, in good order or not.</summary>
internal sealed class TransportRelease(InBandConnection connection)
{
    private static readonly TimeSpan s_farewellLimit = TimeSpan.FromMilliseconds(100);

    /// <summary>How long the last word to a peer that is there waits for a frame that a socket has no room for.</summary>
    private static readonly TimeSpan s_frameLimit = TimeSpan.FromMilliseconds(5);

    /// <summary>How long a peer has to receive the goodbye, where a reset would take it away again: a round trip, and a
    /// repetition.</summary>
    private static readonly TimeSpan s_arrivalLimit = TimeSpan.FromMilliseconds(500);

    private readonly Transport _transport = connection.Transport;

    /// <summary>Made once, under the lock; null = not yet.</summary>
    private TaskCompletionSource? _released;

    /// <summary>The first call lets go; all wait for it.</summary>
    public Task ReleaseOnce()
    {
        TaskCompletionSource released;
        bool inGoodOrder;
        TimeSpan patience;
        lock (connection.Gate)
        {
            if (_released is not null)
            {
                return _released.Task;
            }

            released = _released = new TaskCompletionSource();
            InBandSession session = connection.Session;
            inGoodOrder = session.ClosesInGoodOrder;

            // A close that was waited for in vain, or an abort, waits no second time.
            bool hasWaited = session.Loss is { Kind: LossKind.CloseTimedOut } || session.Outcome == CloseOutcome.Aborted;
            patience = hasWaited ? s_farewellLimit : connection.Plan.CloseTimeout;
        }

        _ = ReleaseAsync(inGoodOrder, patience, released);
        return released.Task;
    }

    private async Task ReleaseAsync(bool inGoodOrder, TimeSpan patience, TaskCompletionSource released)
    {
        try
        {
            if (!inGoodOrder && await SayFarewellAsync().ConfigureAwait(false) && _transport.ResetOvertakes)
            {
                // Nobody is to wait for a peer that may be dead: the reset follows by itself.
                _ = PartAsync();
                return;
            }

            Task gone = LetGo(inGoodOrder);
            if (inGoodOrder || _transport.NeverBlocks || _transport.LeavesOpen)
            {
                // A foreign stream may never return from its dispose, or never end a read: it is left to itself then.
                await ForeignCode.WaitAsync(gone, patience, connection.Clock.TimeProvider).ConfigureAwait(false);
            }
        }
        finally
        {
            released.SetResult();
        }
    }

    /// <summary>Whoever judges a loss tells the other end, without waiting for it: relays and sleepers get it, a cut path does not. A peer
    /// that is there is told behind the frame that is under way, if that goes soon.</summary>
    /// <returns>Whether there was anything to say.</returns>
    private async Task<bool> SayFarewellAsync()
    {
        // Without the lock: the session has ended, and its outcome changes no more.
        if (connection.Session is { Farewell: not null }
            and ({ Outcome: CloseOutcome.Aborted } or { Loss.Kind: LossKind.ProtocolViolated or LossKind.HandshakeFailed }))
        {
            // The peer is there, and an end without a word looks like a crash to it. What is silent gets no such wait: there may be
            // thousands of those at once. A foreign stream takes a frame in a lane, which may be a while.
            connection.Sender.WaitForFrame(s_farewellLimit, limitIfHeldUp: _transport.NeverBlocks ? s_frameLimit : s_farewellLimit);
        }

        byte[] frame = new byte[InBandSession.FarewellOutput];
        int length = connection.Sender.TakeFarewell(frame);
        if (length == 0)
        {
            return false;
        }

        TaskCompletionSource sent = new();
        if (_transport.NeverBlocks)
        {
            _ = SendFarewellAsync(frame.AsMemory(0, length), sent);
        }
        else
        {
            QueuedAction send = new(() => _ = SendFarewellAsync(frame.AsMemory(0, length), sent));
            connection.WorkQueue.PostForeign(ForeignLane.Calls, send);
            await ForeignCode.WaitAsync(sent.Task, s_farewellLimit, connection.Clock.TimeProvider).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>A peer that listens answers the goodbye by ending the connection; for one that does not, time is up soon.</summary>
    private async Task PartAsync()
    {
        // One reader at a time; what it gives up knows that it is not the peer's doing.
        connection.Receiver.Stop();
        using CancellationTokenSource timeIsUp = new();
        TimeSpan limit = Durations.Shorter(s_arrivalLimit, connection.Plan.CloseTimeout);
        Task parted = _transport.PartAsync(timeIsUp.Token);
        await ForeignCode.WaitAsync(parted, limit, connection.Clock.TimeProvider).ConfigureAwait(false);
        timeIsUp.Cancel();
        _ = LetGo(inGoodOrder: false);
    }

    private async Task SendFarewellAsync(ReadOnlyMemory<byte> frame, TaskCompletionSource sent)
    {
        try
        {
            await _transport.SendAsync(frame).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            InBandLog.WritesFailed(connection.Logger, exception, connection.Monitor.Label);
        }
        finally
        {
            sent.SetResult();
        }
    }

    private Task LetGo(bool inGoodOrder)
    {
        TaskCompletionSource done = new();
        if (_transport.NeverBlocks)
        {
            // In this order: what ends by it knows then that it is not the peer's doing.
            connection.Receiver.Stop();
            _ = LetGoAsync(inGoodOrder, done);
        }
        else
        {
            // Each by itself, for each may block for ever.
            connection.WorkQueue.PostForeign(ForeignLane.Calls, new QueuedAction(connection.Receiver.Stop));
            connection.WorkQueue.PostForeign(ForeignLane.Calls, new QueuedAction(() => _ = LetGoAsync(inGoodOrder, done)));
        }

        return _transport.LeavesOpen ? Task.WhenAll(done.Task, connection.Receiver.Ended) : done.Task;
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
                using HandlerContext.Stay stay = connection.Logger.ContextOf("Abort").Enter();
                _transport.Abort();
            }
        }
        catch (Exception exception)
        {
            LogWhoThrew(connection, exception, inGoodOrder || !_transport.CallsAbort ? "the stream's Dispose" : "Abort");
        }
        finally
        {
            done.SetResult();
        }
    }

    /// <summary>A socket's failure is ours, a stream's is its owner's.</summary>
    public static void LogWhoThrew(InBandConnection connection, Exception exception, string foreign)
    {
        if (connection.Transport.NeverBlocks)
        {
            InBandLog.WorkItemThrew(connection.Logger, exception, connection.Monitor.Label);
        }
        else
        {
            ForeignCodeLog.HandlerThrew(connection.Logger, exception, foreign, connection.Monitor.Label);
        }
    }
}
