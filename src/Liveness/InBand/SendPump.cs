using System.Diagnostics;

namespace Liveness;

/// <summary>The sending: whoever owns it hands one frame after another to the transport, so that no two ever mix.</summary>
/// <remarks>In one file although it is long: one state machine, whose ownership is only to be followed as a whole.</remarks>
internal sealed class SendPump(InBandConnection connection) : IThreadPoolWorkItem
{
    private const int SmallSendSize = 2 * 1024;

    /// <summary>So little is copied for the next send rather than sealed in a record of its own.</summary>
    private const int LongestTail = 1024;

    /// <summary>Measured: less than two writes of a round trip are ever apart, and more than two of a loop.</summary>
    private static readonly TimeSpan s_inARow = TimeSpan.FromMicroseconds(4);

    /// <summary>Somebody owns the sending. Taken and given up under the lock; after a failure, and for the farewell, it is kept.</summary>
    private bool _isSending;

    /// <summary>It stands in the work queue. Under the lock.</summary>
    private bool _isPosted;

    /// <summary>The transport takes nothing more. Changed under the lock, for good; others may look.</summary>
    private bool _isBroken;

    /// <summary>What is being sent waits for the transport rather than for a thread of ours. The owner's; others may look.</summary>
    private volatile bool _isHeldUp;

    /// <summary>When the last owner stopped, or a write was kept back. Under the lock.</summary>
    private Instant _stoppedAt;

    /// <summary>The owner's write has come at once behind the last one, so that another is likely to follow. The owner's.</summary>
    private bool _isInARow;

    /// <summary>Up to here DATA is handed over. Written by the owner without the lock; a flush that reads too old a value under it is
    /// woken, because the owner takes the lock after this and before it wakes.</summary>
    private ulong _handedOver;

    /// <summary>Up to here DATA will be handed over with what is being sent. The owner's.</summary>
    private ulong _sendingUpTo;

    /// <summary>The last frame of this direction is being sent. The owner's.</summary>
    private bool _isSendingGoodbye;

    /// <summary>Rented while there is an owner, and the owner's. A send that the transport makes wait reads from here only.</summary>
    private byte[] _buffer = [];

    /// <summary>The owner's; null = no large write yet.</summary>
    private GatheredSend? _gathered;

    /// <summary>Null until the transport has made a send wait. Made by an owner, and the owner's.</summary>
    private BlockedSend? _blocked;

    private object Gate => connection.Gate;

    private InBandSession Session => connection.Session;

    private Transport Transport => connection.Transport;

    /// <summary>A frame is on its way, and it is not known yet that it will not arrive.</summary>
    public bool StillSendsNeedsLock
    {
        get
        {
            Debug.Assert(Monitor.IsEntered(Gate));
            return _isSending && !_isBroken;
        }
    }

    public ulong HandedOverNeedsLock
    {
        get
        {
            Debug.Assert(Monitor.IsEntered(Gate));
            return Volatile.Read(ref _handedOver);
        }
    }

    /// <summary>Takes the ownership, if there is something to send and nobody has it; who has it looks again before letting go.</summary>
    public void Pump(CallingThread thread)
    {
        Output output;
        SessionSignals signals;
        lock (Gate)
        {
            if (_isSending)
            {
                return;
            }

            Instant now = connection.Clock.Now;
            if (!Session.HasOutput(now))
            {
                return;
            }

            if (!Transport.NeverBlocks && (thread == CallingThread.Scheduler || !Transport.IsTrulyAsynchronous))
            {
                PostNeedsLock();
                return;
            }

            _isSending = true;
            output = TakeOutputNeedsLock(0, thread, now, out signals);
            if ((signals & SessionSignals.Wake) != 0 && thread != CallingThread.Scheduler && connection.TryPutOffNeedsLock(now))
            {
                // As after a beat that went as an answer.
                signals &= ~SessionSignals.Wake;
            }
        }

        try
        {
            connection.Act(signals, thread);
        }
        finally
        {
            // Whatever becomes of the rest: who has taken output owns the sending.
            if (output.Length > 0)
            {
                LentBytes nothing = default;
                SendOwned(output, ref nothing, thread);
            }
        }

        if (output.Length == 0)
        {
            connection.StepClose();
        }

        connection.KnownWrites?.Wake();
    }

    /// <summary>For a thread that can't count on the queue: in a lane, whatever may stand in the queue.</summary>
    public void PumpInLane() => connection.WorkQueue.PostForeign(ForeignLane.Calls, this);

    /// <summary>What was accepted is sent on the work queue.</summary>
    public void PostNeedsLock()
    {
        Debug.Assert(Monitor.IsEntered(Gate));
        if (_isPosted)
        {
            return;
        }

        _isPosted = true;
        if (connection.IsDisposed && !Transport.IsTrulyAsynchronous)
        {
            // Whoever disposes by blocking may hold the last thread of the pool, and may not call a foreign stream itself, for that may
            // block for longer.
            PumpInLane();
        }
        else
        {
            connection.WorkQueue.Post(this);
        }
    }

    /// <summary>What was just accepted is sent on the work queue, unless somebody sends.</summary>
    public void PostIfIdleNeedsLock()
    {
        Debug.Assert(Monitor.IsEntered(Gate));
        if (!_isSending && Session.HasOutput(connection.Clock.Now))
        {
            PostNeedsLock();
        }
    }

    /// <summary>For a write that may send itself.</summary>
    /// <param name="mayBeKeptBack">It is small, and there is room for it.</param>
    /// <param name="now">The present, where true.</param>
    /// <returns>Whether the caller owns the sending: it goes on with <see cref="TakeOutputNeedsLock"/>.</returns>
    public bool TryOwnNeedsLock(bool mayBeKeptBack, out Instant now)
    {
        Debug.Assert(Monitor.IsEntered(Gate));
        now = default;
        if (_isSending)
        {
            return false;
        }

        now = connection.Clock.Now;
        bool isInARow = now - _stoppedAt < s_inARow;
        if (mayBeKeptBack && isInARow)
        {
            // For a moment, so that one send takes many.
            _stoppedAt = now;
            return false;
        }

        _isSending = true;
        _isInARow = isInARow;
        return true;
    }

    /// <summary>As the owner; outside the lock follow the signals and <see cref="SendOwned"/>.</summary>
    /// <returns>Empty = there is nothing to send, and the ownership is given up.</returns>
    public Output TakeOutputNeedsLock(int lent, CallingThread thread, Instant now, out SessionSignals signals)
    {
        Debug.Assert(Monitor.IsEntered(Gate));
        bool controlOnly = thread == CallingThread.Scheduler;
        RentBuffer(controlOnly ? 0 : Session.Unsent + lent);
        Span<byte> buffer = controlOnly ? _buffer.AsSpan(0, InBandSession.ControlOutput) : _buffer;
        Output output = Session.TakeOutput(
            buffer, now, connection.Clock.Observe(now), out signals, lent, tailMayWait: !controlOnly && MoreIsLikelyNeedsLock(lent));
        connection.NoteNeedsLock(signals);
        _sendingUpTo = Session.Counts.Sent;
        _isSendingGoodbye = output.Length > 0 && Session.GoodbyeWasTaken;
        if (output.Length == 0)
        {
            _stoppedAt = now;
            LetGoNeedsLock(thread, now);
        }
        else if (connection.KnownWrites is { HasRoomNeedsLock: false })
        {
            // The writer that waits could do nothing yet; it is woken when sending stops at the latest.
            signals &= ~SessionSignals.Writable;
        }

        return output;
    }

    /// <summary>As the owner: sends what was taken, then what else was accepted, then <paramref name="lent"/>, until there is nothing left,
    /// the peer's credit is used up, or the transport makes us wait: then it goes on by itself with what was accepted. Never throws: a
    /// failure goes to the session.</summary>
    /// <param name="output">What was taken.</param>
    /// <param name="lent">Of the application, copied before this returns; moved past what was taken.</param>
    /// <param name="thread">On the scheduler's, control frames only.</param>
    public void SendOwned(Output output, ref LentBytes lent, CallingThread thread)
    {
        try
        {
            do
            {
                ReadOnlyMemory<byte> rest = SendAtOnce(output, ref lent);
                if (!rest.IsEmpty)
                {
                    rest = SendHere(rest);
                }

                if (!rest.IsEmpty)
                {
                    ValueTask sending = Transport.SendAsync(rest);
                    if (!sending.IsCompleted)
                    {
                        NoteBlockedTransport();

                        // Last, for it may go on at once on another thread.
                        _blocked!.Await(sending);
                        return;
                    }

                    sending.GetAwaiter().GetResult();
                }

                AfterSend();
            }
            while (GoOn(ref lent, thread, out output));
        }
        catch (Exception exception)
        {
            FailWrites(exception);
        }
    }

    /// <summary>A frame that another thread is handing over just now, as the first beat, is through then.</summary>
    /// <param name="limit">So long it is waited for where the transport takes it: a busy machine may have taken its core from that
    /// thread.</param>
    /// <param name="limitIfHeldUp">So long where the transport makes it wait, perhaps for ever.</param>
    public void WaitForFrame(TimeSpan limit, TimeSpan limitIfHeldUp)
    {
        if (!SpinWait.SpinUntil(IsThrough, limitIfHeldUp))
        {
            SpinWait.SpinUntil(() => _isHeldUp || IsThrough(), limit - limitIfHeldUp);
        }

        // Who has failed keeps the sending: nothing follows.
        bool IsThrough() => !Volatile.Read(ref _isSending) || Volatile.Read(ref _isBroken);
    }

    /// <summary>Takes the sending for good, for the last word.</summary>
    /// <param name="frame">It is encoded there; at least <see cref="InBandSession.FarewellOutput"/>.</param>
    /// <returns>Its length; 0 = nothing is to be said, or somebody sends.</returns>
    public int TakeFarewell(Span<byte> frame)
    {
        lock (Gate)
        {
            ConnectionLoss? loss = connection.End.Loss;
            string? reason = loss is ProtocolViolated violated ? violated.Rule : loss?.ErrorType;
            int length = _isSending ? 0 : Session.WriteFarewell(frame, reason);
            _isSending |= length > 0;
            return length;
        }
    }

    /// <summary>On the work queue or in a lane, where every transport may be used.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        lock (Gate)
        {
            _isPosted = false;
            if (_isSending || !Session.HasOutput(connection.Clock.Now))
            {
                return;
            }

            _isSending = true;
        }

        Send(CallingThread.Worker);
        connection.KnownWrites?.WakeInline();
    }

    /// <summary>As the owner: sends what was accepted.</summary>
    private void Send(CallingThread thread)
    {
        LentBytes nothing = default;
        if (TakeOutput(ref nothing, thread, out Output output))
        {
            SendOwned(output, ref nothing, thread);
        }
    }

    /// <summary>As the owner, on a thread that blocks on this connection anyway: goes on as the transport takes it.</summary>
    /// <returns>What is left of it where no such thread waits for that.</returns>
    private ReadOnlyMemory<byte> SendHere(ReadOnlyMemory<byte> rest)
    {
        bool isNoted = false;
        while (!rest.IsEmpty && BlockedThread.CurrentWaitsForRoom(connection))
        {
            if (!isNoted)
            {
                isNoted = true;
                NoteBlockedTransport();
            }

            rest = rest[Transport.TrySend(rest.Span)..];
        }

        _isHeldUp = false;
        return rest;
    }

    /// <summary>As the owner: the transport makes us wait, so from here on it matters how much it lets pile up.</summary>
    private void NoteBlockedTransport()
    {
        int limit;
        lock (Gate)
        {
            Session.OnTransportBlocked();
            limit = Session.NotSentLowWater;
        }

        _isHeldUp = true;
        _blocked ??= new BlockedSend(OnSent);
        if (_blocked.IsNewLimit(limit))
        {
            Transport.LimitUnsent(limit);
        }
    }

    /// <summary>The transport has taken what it made us wait for.</summary>
    private void OnSent()
    {
        try
        {
            _isHeldUp = false;
            _blocked!.GetResult();
            AfterSend();
        }
        catch (Exception exception)
        {
            FailWrites(exception);
            return;
        }

        LentBytes nothing = default;
        if (GoOn(ref nothing, CallingThread.Worker, out Output output))
        {
            SendOwned(output, ref nothing, CallingThread.Worker);
        }

        // Whoever waits for room may go on here: nothing of ours is left to do on this thread.
        connection.KnownWrites?.WakeInline();
    }

    private void AfterSend()
    {
        Volatile.Write(ref _handedOver, _sendingUpTo);
        if (_isSendingGoodbye && Transport.HalfCloses)
        {
            Transport.ShutdownSend();
        }
    }

    /// <summary>On the work queue: the caller may hold what the session needs. The ownership is kept, so nothing is sent any more, and the
    /// buffer is left to the collector, for the transport may still hold it.</summary>
    private void FailWrites(Exception failure)
    {
        // No thread of ours is at it any more.
        _isHeldUp = true;
        connection.WorkQueue.Post(new QueuedAction(() => OnWriteFailed(failure)));
    }

    private void OnWriteFailed(Exception failure)
    {
        LossCertainty? closedHere = Transport.ClosedHere(failure);
        SessionSignals signals;
        lock (Gate)
        {
            _isBroken = true;
            Instant now = connection.Clock.Now;
            signals = Session.OnWriteFailed(failure, now);
            if (closedHere is { } certainty)
            {
                // The read side has nothing to explain.
                signals |= Session.OnClosedHere(failure, certainty, now, connection.Clock.Observe(now));
            }

            connection.NoteNeedsLock(signals);
        }

        connection.Act(signals);
        connection.StepClose();
        InBandLog.WritesFailed(connection.Logger, failure, connection.Monitor.Label);
    }

    /// <summary>As the owner, after a send.</summary>
    /// <returns>False = there is nothing to send now, and the ownership is given up.</returns>
    private bool GoOn(ref LentBytes lent, CallingThread thread, out Output output)
    {
        output = default;
        if (Transport.RecordSize > 0 && thread == CallingThread.Worker && lent.Length <= LongestTail)
        {
            lock (Gate)
            {
                if (KeepTailBackNeedsLock(ref lent))
                {
                    return false;
                }
            }
        }

        return TakeOutput(ref lent, thread, out output);
    }

    /// <summary>A little that is left over goes with what is written next, or by the queue: the ownership is given up.</summary>
    private bool KeepTailBackNeedsLock(ref LentBytes lent)
    {
        Debug.Assert(Monitor.IsEntered(Gate));
        int tail = Session.Unsent + lent.Length;
        Instant now = connection.Clock.Now;
        bool isTail = tail is > 0 and <= LongestTail && lent.Length <= Session.Room && Session.HasOnlyData(now);
        if (!isTail || !MoreIsLikelyNeedsLock(lent.Length) || connection.KnownWrites is { Flushes.AnyWaits: true })
        {
            return false;
        }

        lent.Skip(Session.Accept(lent.Span));
        _stoppedAt = now;
        LetGoNeedsLock(CallingThread.Worker, now);
        PostNeedsLock();
        return true;
    }

    /// <summary>More will be written at once: the owner writes in a row, or another waits for it.</summary>
    private bool MoreIsLikelyNeedsLock(int lent)
    {
        Debug.Assert(Monitor.IsEntered(Gate));
        return lent > 0 ? _isInARow : connection.KnownWrites is { Turns.IsTakenNeedsLock: true };
    }

    /// <returns>False = there is nothing to send, and the ownership is given up.</returns>
    private bool TakeOutput(ref LentBytes lent, CallingThread thread, out Output output)
    {
        SessionSignals signals;
        lock (Gate)
        {
            output = TakeOutputNeedsLock(lent.Length, thread, connection.Clock.Now, out signals);
        }

        connection.Act(signals);
        if (output.Length == 0)
        {
            connection.StepClose();
            return false;
        }

        return true;
    }

    /// <summary>Hands over what there is room for.</summary>
    /// <returns>What is left of a frame that was begun: a part of the send buffer, so that nothing of the application is lent.</returns>
    private ReadOnlyMemory<byte> SendAtOnce(in Output output, ref LentBytes lent)
    {
        bool takesParts = Transport.MostParts > 0;
        if (takesParts && output.Lent >= GatheredSend.UncopiedPiece && lent.TryGetArray(out ArraySegment<byte> source))
        {
            _gathered ??= new GatheredSend(connection);
            return _gathered.Send(output, _buffer, source, ref lent, ref _sendingUpTo);
        }

        lent.MoveTo(_buffer.AsSpan(output.Gap), output.Lent);
        int taken = Transport.TrySend(_buffer.AsSpan(0, output.Length));
        return _buffer.AsMemory(taken, output.Length - taken);
    }

    private void RentBuffer(int data)
    {
        int size = data + InBandSession.ControlOutput <= SmallSendSize ? SmallSendSize : InBandSession.LargestOutput;
        if (_buffer.Length < size)
        {
            ReturnBuffer();
            _buffer = connection.Pool.Rent(size);
        }
    }

    private void ReturnBuffer()
    {
        if (_buffer.Length > 0)
        {
            connection.Pool.Return(_buffer);
            _buffer = [];
        }
    }

    /// <summary>
    /// The scheduler's thread leaves data to the queue; it has let go before, for while the queue runs nothing, it must be able to send the
    /// next beat.
    /// </summary>
    private void LetGoNeedsLock(CallingThread thread, Instant now)
    {
        Debug.Assert(Monitor.IsEntered(Gate));
        _isSending = false;
        ReturnBuffer();
        if (thread == CallingThread.Scheduler && Session.HasOutput(now))
        {
            PostNeedsLock();
        }
    }
}
