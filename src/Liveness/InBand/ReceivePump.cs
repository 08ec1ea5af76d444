using System.Diagnostics;

namespace Liveness;

/// <summary>The receiving: whoever owns it asks the transport for more, one receive at a time, and never lets the transport wait with
/// memory of the application. What comes is parsed and copied, or goes straight into the buffer of the waiting read where a frame is
/// large.</summary>
/// <remarks>In one file although it is long: one state machine, whose ownership is only to be followed as a whole.</remarks>
internal sealed class ReceivePump(InBandConnection connection) : IReceiver
{
    /// <summary>From here on the rest of a frame goes straight into the application's buffer.</summary>
    private const int DirectThreshold = 4 * 1024;

    /// <summary>So many parts are not worth a plan.</summary>
    private const int SmallGather = 8;

    /// <summary>So long blocked threads go on fetching by themselves what arrives, before they leave it to the pool again.</summary>
    private static readonly TimeSpan s_starved = TimeSpan.FromSeconds(1);

    /// <summary>Null = the transport calls back, and ends its receives by itself when it is let go of. Set before the first
    /// receive.</summary>
    private AwaitedReceive? _awaited;

    /// <summary>Who owns the receiving. Under the lock; after the end of the transport the ownership is never given up.</summary>
    private ReceiveLease _lease = new();

    /// <summary>The owner's.</summary>
    private ReceiveBuffer _buffer = new();

    /// <summary>Nothing but beats came lately. The owner's.</summary>
    private bool _isIdle = true;

    /// <summary>The receive under way only waits. The owner's.</summary>
    private bool _isWaitingForBytes;

    /// <summary>The receive under way goes into the waiting read's buffer. The owner's.</summary>
    private bool _isDirect;

    /// <summary>The receive at hand went into several frames. The owner's.</summary>
    private bool _isGathered;

    /// <summary>The owner's; null = no large read yet.</summary>
    private GatheredReceive? _gathered;

    /// <summary>How much of the waiting read's buffer is reserved. The owner's, as is the claim that it belongs to.</summary>
    private int _directSize;

    /// <summary>Bytes were seen to be there: a receive that does not wait looks first. The owner's.</summary>
    private bool _sawBytes;

    /// <summary>A wait without a buffer is under way at the transport: it takes nothing, so the receiving may be taken over meanwhile, and
    /// the wait left to itself. Under the lock.</summary>
    private bool _waits;

    /// <summary>The receiving goes on when that wait ends. Under the lock.</summary>
    private bool _waitOwns;

    /// <summary>The transport is let go of.</summary>
    private volatile bool _isStopped;

    /// <summary>Null until a blocked thread has taken the receiving over. Made under the lock.</summary>
    private TakenOverReceives? _takenOver;

    /// <summary>Whose thread it is that receives.</summary>
    private enum ReceivingThread
    {
        /// <summary>It goes on after the application has got something, for nobody would before the lease is over.</summary>
        Own,

        /// <summary>Inside of a read, which comes back by itself.</summary>
        Readers,

        /// <summary>It blocks for a reason of its own: what it receives is no concern of its.</summary>
        Blocked,
    }

    private enum ReceiveStep
    {
        Received,
        ReceivedDirectly,
        NoMoreNow,
        HasBytes,
        Pending,
        Failed,
    }

    private object Gate => connection.Gate;

    private InBandSession Session => connection.Session;

    private Transport Transport => connection.Transport;

    private PendingRead Read => connection.Read;

    /// <summary>When the scheduler is to look after an application that has got bytes.</summary>
    public Instant LeaseDueNeedsLock
    {
        get
        {
            Debug.Assert(Monitor.IsEntered(Gate));
            return _lease.Due;
        }
    }

    /// <summary>The receiving is over, or never began; only of a transport that stays open.</summary>
    public Task Ended => Volatile.Read(ref _awaited)?.Ended ?? Task.CompletedTask;

    /// <summary>Before the first receive.</summary>
    public void PrepareNeedsLock()
    {
        Debug.Assert(Monitor.IsEntered(Gate));
        _awaited = Transport.EndsReceives ? null : new AwaitedReceive(this);
        if (Transport.LeavesOpen)
        {
            _awaited?.BeginReceiving();
        }
    }

    /// <returns>Whether the caller owns the receiving from now on: outside the lock it calls <see cref="Begin"/>.</returns>
    public bool TryTakeLeaseNeedsLock()
    {
        Debug.Assert(Monitor.IsEntered(Gate));
        return Session.IsStarted && _lease.TryTake();
    }

    /// <summary>On the scheduler's thread.</summary>
    /// <returns>Whether the application has not come back in time.</returns>
    public bool LeaseIsOverdueNeedsLock(Instant now)
    {
        Debug.Assert(Monitor.IsEntered(Gate));
        return _lease.IsOverdue(now, LeaseInterval);
    }

    /// <summary>As the owner: on the calling thread where the transport allows it.</summary>
    public void Begin()
    {
        if (Transport.IsTrulyAsynchronous)
        {
            Receive(ReceivingThread.Readers);
        }
        else
        {
            connection.WorkQueue.Post(new QueuedAction(() => Receive(ReceivingThread.Own)));
        }
    }

    /// <summary>Blocked threads fetch what arrives: the pool has lately left something lying.</summary>
    public bool IsFedByThreads => Volatile.Read(ref _takenOver) is { } takenOver && connection.Clock.Now < takenOver.FedUntil;

    /// <summary>On a thread of the application that blocks: fetches what has arrived and nobody has.</summary>
    /// <param name="most">So long it waits for that.</param>
    /// <returns>Null = others fetch it, or this transport can't be waited for so; otherwise whether anything came.</returns>
    public bool? ReceiveHere(TimeSpan most)
    {
        if (!Transport.CanBlock || !TryTakeOver(onlyLooks: true))
        {
            return null;
        }

        if (!Transport.WaitForBytes(most))
        {
            return false;
        }

        if (!TryTakeOver(onlyLooks: false))
        {
            return null;
        }

        if (most == TimeSpan.Zero)
        {
            // Whoever looks has waited before.
            _takenOver!.FedUntil = connection.Clock.Now + s_starved;
        }

        NoteBytes();
        Receive(ReceivingThread.Blocked);
        return true;
    }

    /// <summary>Takes the receiving back from an application that does not read, or never will again.</summary>
    public void Resume()
    {
        if (TryTakeLease())
        {
            Begin();
        }
    }

    /// <summary>The transport is let go of.</summary>
    public void Stop()
    {
        _isStopped = true;
        try
        {
            Volatile.Read(ref _awaited)?.Stop();
        }
        catch (AggregateException exception)
        {
            TransportRelease.LogWhoThrew(connection, exception, "the token of the stream's read");
        }

        // Where the application drives, nobody would notice.
        Resume();
    }

    private CancellationToken StopToken => _awaited?.StopToken ?? CancellationToken.None;

    private TimeSpan LeaseInterval => Session.Machine?.Timing.ReceiveInterval ?? connection.Plan.Rate.Interval;

    /// <returns>Whether the caller owns the receiving now, or could.</returns>
    private bool TryTakeOver(bool onlyLooks)
    {
        lock (Gate)
        {
            if (onlyLooks)
            {
                return _waitOwns || (Session.IsStarted && !_lease.IsTaken);
            }

            bool wasWaiting = _waitOwns;
            _waitOwns = false;
            if (!wasWaiting && !TryTakeLeaseNeedsLock())
            {
                return false;
            }

            _takenOver ??= new TakenOverReceives();
            return true;
        }
    }

    private bool TryTakeLease()
    {
        lock (Gate)
        {
            return TryTakeLeaseNeedsLock();
        }
    }

    /// <summary>
    /// As the owner: receives until the transport makes us wait, or the application has got something and drives from now on.
    /// </summary>
    /// <param name="thread">The caller's.</param>
    private void Receive(ReceivingThread thread)
    {
        bool goesOn;
        do
        {
            ReceiveStep step = ReceiveOnce(out int count);
            goesOn = step switch
            {
                ReceiveStep.Received => TakeIn(count, isDirect: false, thread),
                ReceiveStep.ReceivedDirectly => TakeIn(count, isDirect: true, thread),
                ReceiveStep.NoMoreNow => Deliver(thread),
                ReceiveStep.HasBytes => true,
                _ => false,
            };
        }
        while (goesOn);
    }

    private ReceiveStep ReceiveOnce(out int count)
    {
        count = 0;
        try
        {
            if (_isStopped)
            {
                throw new OperationCanceledException();
            }

            if (TryReceiveDirectly(out count, out ReceiveStep step))
            {
                return step;
            }

            // A receive with a buffer can't be taken over, so only a read without a thread of its own is waited for with one; and not
            // beside a wait that was left to itself. That ends without the lock, but none begins so.
            bool mayBeTakenOver = Transport.CanBlock && (!Read.WaitsWithoutThread || Volatile.Read(ref _waits));
            if (mayBeTakenOver && _sawBytes && TryReceiveNow(out count))
            {
                return ReceiveStep.Received;
            }

            bool mayGoDirectly = Transport.ReceivesWhatItFound && PlanRecord();
            _isWaitingForBytes = Transport.WaitsWithoutBuffer && (_isIdle || mayBeTakenOver || (mayGoDirectly && !_sawBytes));
            if (_isWaitingForBytes && Transport.CanBlock)
            {
                return WaitOnce();
            }

            _isDirect = mayGoDirectly && !_isWaitingForBytes && TryClaim();

            // Last, for it may go on at once on another thread.
            Memory<byte> buffer = _isWaitingForBytes ? default : _isDirect ? Read.Free[.._directSize] : _buffer.Rent(connection.Pool);
            return Transport.Receive(buffer, this, StopToken, out count) ? ReceivedStep() : ReceiveStep.Pending;
        }
        catch (Exception exception)
        {
            End(exception);
            return ReceiveStep.Failed;
        }
    }

    /// <summary>What is there, into a buffer of its own, which it gives back where nothing is.</summary>
    private bool TryReceiveNow(out int count)
    {
        _sawBytes = false;
        if (Transport.TryReceive(_buffer.Rent(connection.Pool), default, out count))
        {
            return true;
        }

        _buffer.Return(connection.Pool);
        return false;
    }

    /// <summary>Of a transport that receives at once what it has found: a large frame's header alone, so that all of the rest can go
    /// into the application's buffer.</summary>
    /// <returns>Whether the rest is next. Without the lock, only a hint.</returns>
    private bool PlanRecord()
    {
        bool isWorthIt = Read.IsWaiting && Read.Free.Length >= DirectThreshold;
        if (isWorthIt && Session.AtFrameBoundary && Session.FramesAreLarge)
        {
            _buffer.PlanHeader();
        }

        return isWorthIt && Session.DirectBytes >= DirectThreshold;
    }

    /// <summary>As the owner: waits for bytes without a buffer, by a wait that may be taken over.</summary>
    private ReceiveStep WaitOnce()
    {
        lock (Gate)
        {
            if (_takenOver?.FailureOfWait is { } failure)
            {
                throw failure;
            }

            if (_waits)
            {
                // One that was left to itself: whatever comes now ends it, too.
                _waitOwns = true;
                return ReceiveStep.Pending;
            }

            _waits = true;
            _waitOwns = true;
        }

        try
        {
            // Last, for it may go on at once on another thread.
            return !Transport.Receive(default, this, StopToken, out _) || !EndWait(null) ? ReceiveStep.Pending : NoteBytes();
        }
        catch (Exception exception)
        {
            if (!EndWait(exception))
            {
                return ReceiveStep.Pending;
            }

            throw;
        }
    }

    /// <summary>A wait that may have been taken over is over.</summary>
    /// <returns>Whether the caller owns the receiving by it.</returns>
    private bool EndWait(Exception? failure)
    {
        lock (Gate)
        {
            bool owns = _waitOwns;
            _waits = false;
            _waitOwns = false;
            if (!owns)
            {
                _takenOver!.FailureOfWait = failure;
            }

            return owns;
        }
    }

    private ReceiveStep NoteBytes()
    {
        _isIdle = false;
        _sawBytes = true;
        return ReceiveStep.HasBytes;
    }

    private ReceiveStep ReceivedStep()
    {
        _isIdle &= !_isWaitingForBytes;
        _sawBytes = _isWaitingForBytes;
        return _isWaitingForBytes ? ReceiveStep.HasBytes : _isDirect ? ReceiveStep.ReceivedDirectly : ReceiveStep.Received;
    }

    void IReceiver.OnReceived(int count, Exception? failure)
    {
        // Set before the wait began, by whoever began it: no receive with a buffer begins beside one.
        bool wasWait = Volatile.Read(ref _waits);
        if (wasWait && !EndWait(failure))
        {
            return;
        }

        if (failure is not null || _isStopped)
        {
            // Whatever a transport fails with is the end of its read side; the session gives it its name.
            End(failure ?? new OperationCanceledException());
            return;
        }

        ReceiveStep step = wasWait ? NoteBytes() : ReceivedStep();
        if (step == ReceiveStep.HasBytes || TakeIn(count, _isDirect, ReceivingThread.Own))
        {
            Receive(ReceivingThread.Own);
        }
    }

    void IReceiver.Await(ValueTask<int> receive) => _awaited!.Await(receive);

    /// <summary>The transport delivers nothing more; the ownership is kept, so nobody asks it again.</summary>
    private void End(Exception? failure)
    {
        LossCertainty? closedHere = Transport.ClosedHere(failure);
        failure ??= closedHere is null ? Transport.FailureBehindEnd() : null;
        SessionSignals signals;
        lock (Gate)
        {
            if (Read.IsClaimed)
            {
                Read.UnclaimNeedsLock();
            }

            Instant now = connection.Clock.Now;
            LocalHealth health = connection.Clock.Observe(now);
            signals = connection.NoteNeedsLock(closedHere is { } certainty
                ? Session.OnClosedHere(failure, certainty, now, health)
                : Session.OnReadEnded(failure, now, health));
        }

        if (failure is null)
        {
            // After a failure it is left to the collector: the transport may still write to it.
            _buffer.Return(connection.Pool);
        }

        connection.Act(signals);
        Read.Wake();
        _awaited?.OnEnded();
    }

    /// <summary>Parses what was received and gives the application its share.</summary>
    /// <returns>Whether this caller goes on receiving.</returns>
    private bool TakeIn(int count, bool isDirect, ReceivingThread thread)
    {
        if (count == 0)
        {
            End(null);
            return false;
        }

        SessionSignals signals = SessionSignals.None;
        bool fillsOn;
        Settled delivered;
        lock (Gate)
        {
            Instant now = connection.Clock.Now;
            LocalHealth health = connection.Clock.Observe(now);
            ulong before = Session.Counts.Received;
            OutboundDoubt? doubt = Session.Machine?.OutboundDoubt;
            StreamObserver.NoteSilence(connection, now, health);
            if (isDirect)
            {
                int direct = Math.Min(count, _directSize);
                count -= direct;
                signals = Session.OnReceivedDirectly(direct, now, out int taken);
                Read.FillNeedsLock(taken);
                Read.UnclaimNeedsLock();
                if (_isGathered)
                {
                    signals |= _gathered!.TakeInNeedsLock(count, now, health);
                    count = 0;
                }
            }

            Delivery delivery = new(Read.IsWaiting ? Read.Free.Span : default);
            signals = connection.NoteNeedsLock(signals | Session.OnReceived(_buffer.Received(count), now, health, ref delivery));
            StreamObserver.NoteNewestBeat(connection, signals, doubt, now, health);
            _isIdle = Session.Counts.Received == before;
            _buffer.PlanAfter(connection.Pool, Transport.WaitsWithoutBuffer, _isIdle, count);
            if (delivery.Count > 0)
            {
                Read.FillNeedsLock(delivery.Count);
            }

            // There may be room for more of a large frame, which may be here already.
            fillsOn = Transport.ReceivesWithoutWaiting && TryClaimNeedsLock();
            delivered = fillsOn ? default : SettleNeedsLock(now, ref signals);
        }

        // The waiting read is looked after here.
        connection.Act(signals & ~SessionSignals.Readable);
        return fillsOn || Finish(delivered, thread);
    }

    /// <summary>Gives the application what was filled in so far.</summary>
    /// <returns>Whether this caller goes on receiving.</returns>
    private bool Deliver(ReceivingThread thread)
    {
        SessionSignals signals = SessionSignals.None;
        Settled delivered;
        lock (Gate)
        {
            Read.UnclaimNeedsLock();
            delivered = SettleNeedsLock(connection.Clock.Now, ref signals);
        }

        connection.Act(signals & ~SessionSignals.Readable);
        return Finish(delivered, thread);
    }

    /// <summary>Takes the waiting read out, if there is anything for it; then the application drives.</summary>
    private Settled SettleNeedsLock(Instant now, ref SessionSignals signals)
    {
        Debug.Assert(Monitor.IsEntered(Gate));
        ReadStatus status = Read.SettleNeedsLock(out int count, out SessionSignals more);
        signals |= more;
        bool keeps = status is not ReadStatus.Data || !Transport.IsTrulyAsynchronous || Session.HasEnded || connection.IsDisposed;
        return new Settled(status, count, keeps, LeaseBegins: !keeps && _lease.Give(now, LeaseInterval));
    }

    private bool Finish(in Settled settled, ReceivingThread thread)
    {
        if (settled.LeaseBegins)
        {
            connection.FileWakeup();
        }

        Read.Finish(settled.Status, settled.Count, inline: !settled.KeepsReceiving && thread != ReceivingThread.Blocked);
        if (!settled.KeepsReceiving)
        {
            return thread == ReceivingThread.Own && TryTakeLease();
        }

        // Without the lock: an end that is seen too late costs one receive more, after which it is looked for again.
        if (!Session.HasEnded && !_isStopped)
        {
            return true;
        }

        End(null);
        return false;
    }

    /// <summary>The rest of a large frame, into the application's buffer, and the header of the next: only what is there already.</summary>
    /// <returns>False = there is nothing to be received in this way now. With bytes received the buffer stays claimed.</returns>
    private bool TryReceiveDirectly(out int count, out ReceiveStep step)
    {
        count = 0;
        step = ReceiveStep.ReceivedDirectly;
        if (!Transport.ReceivesWithoutWaiting)
        {
            return false;
        }

        if (!TryClaim())
        {
            // The connection has ended since the buffer was claimed: what it holds is given out, and whoever ends things finds the read
            // waiting again.
            step = ReceiveStep.NoMoreNow;
            return Read.IsClaimed;
        }

        // Without the lock: the buffer is claimed, and a frame whose rest is not asked for any more only makes the header wait.
        Memory<byte> target = Read.Free[.._directSize];
        bool endsFrame = _directSize == Session.DirectBytes;
        Memory<byte> next = endsFrame ? _buffer.Rent(connection.Pool)[..InBandSession.FrameHeader] : default;
        _isGathered = endsFrame && PlanFrames();
        bool received = false;
        try
        {
            received = _isGathered ? _gathered!.TryReceive(out count) : Transport.TryReceive(target, next, out count);
        }
        finally
        {
            if (count == 0 && (received || Read.Filled == 0))
            {
                Unclaim();
            }
        }

        step = received ? ReceiveStep.ReceivedDirectly : ReceiveStep.NoMoreNow;
        return received || Read.IsClaimed;
    }

    /// <summary>More frames in the same receive, where the peer sends long ones and there is room for them.</summary>
    private bool PlanFrames()
    {
        if (Transport.MostParts <= SmallGather || !Session.FramesAreFull || Read.Free.Length - _directSize < DirectThreshold)
        {
            return false;
        }

        _gathered ??= new GatheredReceive(connection);
        return _gathered.TryPlan(Read.Free, _directSize, _buffer.Bytes);
    }

    private bool TryClaim()
    {
        // Without the lock: nobody but the owner moves on within a frame, and the rest is only a hint.
        bool isWaiting = Read.IsWaiting || Read.IsClaimed;
        if (isWaiting && Session.FramesAreLarge)
        {
            _buffer.PlanSmall();
        }

        if (!isWaiting || Session.DirectBytes < DirectThreshold)
        {
            return false;
        }

        lock (Gate)
        {
            return TryClaimNeedsLock();
        }
    }

    /// <summary>Reserves the waiting read's buffer, where the rest of a frame is worth it.</summary>
    private bool TryClaimNeedsLock()
    {
        Debug.Assert(Monitor.IsEntered(Gate));
        if (!Read.IsClaimed)
        {
            if (!Read.IsWaiting || Math.Min(Read.Free.Length, Session.DirectBytes) < DirectThreshold)
            {
                return false;
            }

            Read.ClaimNeedsLock();
        }
        else if (Session.DirectBytes == 0)
        {
            return false;
        }

        _directSize = Math.Min(Read.Free.Length, Session.DirectBytes);
        return true;
    }

    /// <summary>Nothing came; a cancellation or an end may have.</summary>
    private void Unclaim()
    {
        lock (Gate)
        {
            Read.UnclaimNeedsLock();
        }

        Read.Wake();
    }

    private readonly record struct Settled(ReadStatus Status, int Count, bool KeepsReceiving, bool LeaseBegins);
}
