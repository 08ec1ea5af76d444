using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Liveness;

/// <content>Sending: whoever owns it hands one frame after another to the transport, so that no two ever mix.</content>
internal sealed partial class InBandConnection
{
    private const int SmallSendSize = 2 * 1024;
    private const int LargeSendSize = SendScheduler.ControlSize + WireLimits.MaxDataPayload;

    private QueuedAction? _pumpOnQueue;
    private bool _isSending;
    private bool _pumpIsPosted;
    private bool _writeIsBroken;
    private ulong _handedOver;
    private int _unsentLimit;
    private Instant _sendingStoppedAt;
    private byte[] _sendBuffer = [];
    private ulong _sendingUpTo;
    private bool _isSendingGoodbye;
    private Action? _onSent;
    private ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter _beingSent;

    /// <summary>Takes the ownership, if there is something to send and nobody has it; who has it looks again before letting go.</summary>
    public void Pump(CallingThread thread)
    {
        lock (_gate)
        {
            if (_isSending || !_session.HasOutput(_scheduler.Now))
            {
                return;
            }

            if (!_transport.NeverBlocks && (thread == CallingThread.Scheduler || !_transport.IsTrulyAsynchronous))
            {
                PostPumpNeedsLock();
                return;
            }

            _isSending = true;
        }

        Send(thread);
        _writable?.Set();
    }

    /// <summary>On the work queue, where every transport may be used.</summary>
    private void PumpOnQueue()
    {
        lock (_gate)
        {
            _pumpIsPosted = false;
            if (_isSending || !_session.HasOutput(_scheduler.Now))
            {
                return;
            }

            _isSending = true;
        }

        Send(CallingThread.Worker);
        _writable?.SetInline();
    }

    private void PostPumpNeedsLock()
    {
        if (!_pumpIsPosted)
        {
            _pumpIsPosted = true;
            _pumpOnQueue ??= new QueuedAction(PumpOnQueue);
            if (_isDisposed && !_transport.IsTrulyAsynchronous)
            {
                // Whoever disposes by blocking may hold the last thread of the pool, and may not call a foreign stream itself, for that may
                // block for longer.
                _workQueue.PostForeign(ForeignLane.Calls, _pumpOnQueue);
            }
            else
            {
                _workQueue.Post(_pumpOnQueue);
            }
        }
    }

    /// <summary>As the owner: sends what was accepted.</summary>
    private void Send(CallingThread thread)
    {
        ReadOnlyMemory<byte> nothing = default;
        if (TakeOutput(ref nothing, thread, out Output output))
        {
            Send(output, ref nothing, thread);
        }
    }

    /// <summary>As the owner: sends what was taken, then what else was accepted, then <paramref name="lent"/>, until there is nothing left,
    /// the peer's credit is used up,
    /// or the transport makes us wait: then it goes on by itself with what was accepted. Never throws: a failure goes to the
    /// session.</summary>
    /// <param name="output">What was taken.</param>
    /// <param name="lent">Of the application, copied before this returns; moved past what was taken.</param>
    /// <param name="thread">Control frames only on the scheduler's.</param>
    private void Send(Output output, ref ReadOnlyMemory<byte> lent, CallingThread thread)
    {
        try
        {
            do
            {
                ReadOnlyMemory<byte> rest = SendAtOnce(output, ref lent);
                if (!rest.IsEmpty)
                {
                    ValueTask sending = _transport.SendAsync(rest);
                    if (!sending.IsCompleted)
                    {
                        NoteBlockedTransport();
                        // Last, for it may go on at once on another thread.
                        _beingSent = sending.ConfigureAwait(false).GetAwaiter();
                        _beingSent.UnsafeOnCompleted(_onSent ??= OnSent);
                        return;
                    }

                    sending.GetAwaiter().GetResult();
                }

                AfterSend();
            }
            while (TakeOutput(ref lent, thread, out output));
        }
        catch (Exception exception)
        {
            FailWrites(exception);
        }
    }

    /// <summary>As the owner: the transport makes us wait, so from here on it matters how much it lets pile up.</summary>
    private void NoteBlockedTransport()
    {
        int limit;
        lock (_gate)
        {
            _session.OnTransportBlocked();
            limit = _session.NotSentLowWater;
        }

        if (limit / 2 > _unsentLimit || limit < _unsentLimit / 2)
        {
            _unsentLimit = limit;
            _transport.LimitUnsent(limit);
        }
    }

    /// <summary>The transport has taken what it made us wait for.</summary>
    private void OnSent()
    {
        try
        {
            _beingSent.GetResult();
            AfterSend();
        }
        catch (Exception exception)
        {
            FailWrites(exception);
            return;
        }

        Send(CallingThread.Worker);

        // Whoever waits for room may go on here: nothing of ours is left to do on this thread.
        _writable?.SetInline();
    }

    private void AfterSend()
    {
        Volatile.Write(ref _handedOver, _sendingUpTo);
        if (_isSendingGoodbye)
        {
            _transport.ShutdownSend();
        }
    }

    /// <summary>On the work queue: the caller may hold what the session needs. The ownership is kept, so nothing is sent any more, and the
    /// buffer is left to the collector,
    /// for the transport may still hold it.</summary>
    private void FailWrites(Exception failure) => _workQueue.Post(new QueuedAction(() => OnWriteFailed(failure)));

    private void OnWriteFailed(Exception failure)
    {
        Certainty? closedHere = _transport.ClosedHere(failure);
        SessionSignals signals;
        lock (_gate)
        {
            _writeIsBroken = true;
            Instant now = _scheduler.Now;
            signals = _session.OnWriteFailed(failure, now);
            if (closedHere is { } certainty)
            {
                // The read side has nothing to explain.
                signals |= _session.OnClosedHere(failure, certainty, now, _scheduler.Observe(now));
            }

            NoteNeedsLock(signals);
        }

        Act(signals);
        StepClose();
        InBandLog.WritesFailed(_logger, failure);
    }

    /// <returns>False = there is nothing to send, and the ownership is given up.</returns>
    private bool TakeOutput(ref ReadOnlyMemory<byte> lent, CallingThread thread, out Output output)
    {
        SessionSignals signals;
        lock (_gate)
        {
            output = TakeOutputNeedsLock(lent.Length, thread, _scheduler.Now, out signals);
        }

        Act(signals);
        if (output.Length == 0)
        {
            StepClose();
            return false;
        }

        return true;
    }

    /// <summary>Under the lock; outside it follow the signals and <see cref="Send(Output, ref ReadOnlyMemory{byte}, CallingThread)"/>.</summary>
    /// <returns>Empty = there is nothing to send, and the ownership is given up.</returns>
    private Output TakeOutputNeedsLock(int lent, CallingThread thread, Instant now, out SessionSignals signals)
    {
        RentSendBuffer(thread == CallingThread.Scheduler ? 0 : _session.Unsent + lent);
        Span<byte> buffer = thread == CallingThread.Scheduler ? _sendBuffer.AsSpan(0, SendScheduler.ControlSize) : _sendBuffer;
        Output output = _session.TakeOutput(buffer, now, _scheduler.Observe(now), out signals, lent);
        NoteNeedsLock(signals);
        _sendingUpTo = _session.Counts.Sent;
        _isSendingGoodbye = output.Length > 0 && _session.GoodbyeWasTaken;
        if (output.Length == 0)
        {
            _sendingStoppedAt = now;
            LetGoOfSendingNeedsLock(thread, now);
        }
        else if (_session.Room < _roomWanted)
        {
            // The writer that waits could do nothing yet; it is woken when sending stops at the latest.
            signals &= ~SessionSignals.Writable;
        }

        return output;
    }

    /// <summary>Hands over what there is room for.</summary>
    /// <returns>What is left of a frame that was begun: a part of the send buffer, so that nothing of the application is lent.</returns>
    private ReadOnlyMemory<byte> SendAtOnce(in Output output, ref ReadOnlyMemory<byte> lent)
    {
        if (output.Lent >= UncopiedPiece && MemoryMarshal.TryGetArray(lent, out ArraySegment<byte> source))
        {
            return SendInParts(output, source, ref lent);
        }

        lent.Span[..output.Lent].CopyTo(_sendBuffer.AsSpan(output.Gap));
        lent = lent[output.Lent..];
        int taken = _transport.TrySend(_sendBuffer.AsSpan(0, output.Length));
        return _sendBuffer.AsMemory(taken, output.Length - taken);
    }

    private void RentSendBuffer(int data)
    {
        int size = data + SendScheduler.ControlSize <= SmallSendSize ? SmallSendSize : LargeSendSize;
        if (_sendBuffer.Length < size)
        {
            ReturnSendBuffer();
            _sendBuffer = _pool.Rent(size);
        }
    }

    private void ReturnSendBuffer()
    {
        if (_sendBuffer.Length > 0)
        {
            _pool.Return(_sendBuffer);
            _sendBuffer = [];
        }
    }

    /// <summary>
    /// Under the lock. The scheduler's thread leaves data to the queue; it has let go before, for while the queue runs nothing, it must be
    /// able to send the next beat.
    /// </summary>
    private void LetGoOfSendingNeedsLock(CallingThread thread, Instant now)
    {
        _isSending = false;
        ReturnSendBuffer();
        if (thread == CallingThread.Scheduler && _session.HasOutput(now))
        {
            PostPumpNeedsLock();
        }
    }

    public bool IsSendingNeedsLock => _isSending && !_writeIsBroken;

    public void PumpInLane() => _workQueue.PostForeign(ForeignLane.Calls, new QueuedAction(PumpOnQueue));

    /// <summary>Whoever judges a loss tells the other end, without waiting: relays and sleepers get it, a cut path does not.</summary>
    public async Task SayFarewellAsync(TimeSpan farewellLimit)
    {
        if (_session.Outcome == CloseOutcome.Aborted && _transport.NeverBlocks)
        {
            // A frame that another thread is handing over just now, as the first beat: an abort that leaves no word looks like a crash.
            SpinWait.SpinUntil(() => !Volatile.Read(ref _isSending), TimeSpan.FromMilliseconds(5));
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
            _workQueue.PostForeign(ForeignLane.Calls, new QueuedAction(() => _ = SendFarewellAsync(frame.AsMemory(0, length), sent)));
            await ForeignCode.WaitAsync(sent.Task, farewellLimit, _scheduler.TimeProvider).ConfigureAwait(false);
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
}
