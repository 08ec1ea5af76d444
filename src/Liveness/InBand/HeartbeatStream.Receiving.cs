using System.Runtime.CompilerServices;

namespace Liveness;

/// <content>Receiving: whoever owns it asks the transport for more, one receive at a time, and never lets the transport wait with memory of the application.</content>
public sealed partial class HeartbeatStream
{
    /// <summary>From here on the rest of a frame goes straight into the application's buffer.</summary>
    private const int DirectThreshold = 4 * 1024;

    private const int BusyReceiveSize = 32 * 1024;

    /// <summary>Behind a large frame only the next header is wanted, and what little comes with it; and an idle stream that can't wait without a buffer holds so much.</summary>
    private const int SmallReceiveSize = 4 * 1024;

    private byte[] _receiveBuffer = [];
    private int _receiveSize = SmallReceiveSize;
    private bool _isReceiving;
    private bool _isIdle = true;
    private bool _isWaitingForBytes;
    private int _directSize;
    private Action? _onReceived;
    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _receiving;

    private enum ReceiveStep
    {
        Received,
        ReceivedDirectly,
        NoMoreNow,
        HasBytes,
        Pending,
        Failed,
    }

    /// <summary>As the owner: on the calling thread where the transport allows it.</summary>
    private void BeginReceiving()
    {
        if (_transport.IsTrulyAsynchronous)
        {
            Receive(isReadersThread: true);
        }
        else
        {
            _workQueue.Post(new WorkItem(() => Receive(isReadersThread: false)));
        }
    }

    /// <summary>As the owner: receives until the transport makes us wait, or the application has got something and drives from now on.</summary>
    private void Receive(bool isReadersThread)
    {
        bool goesOn;
        do
        {
            ReceiveStep step = ReceiveOnce(out int count);
            goesOn = step switch
            {
                ReceiveStep.Received => TakeIn(count, isDirect: false, isReadersThread),
                ReceiveStep.ReceivedDirectly => TakeIn(count, isDirect: true, isReadersThread),
                ReceiveStep.NoMoreNow => Deliver(isReadersThread),
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
            if (TryReceiveDirectly(out count, out ReceiveStep step))
            {
                return step;
            }

            _isWaitingForBytes = _isIdle && _transport.WaitsWithoutBuffer;
            ValueTask<int> receiving = _isWaitingForBytes
                ? _transport.WaitForBytesAsync(_transportDone.Token)
                : _transport.ReceiveAsync(ReceiveBuffer(), _transportDone.Token);
            if (receiving.IsCompleted)
            {
                count = receiving.GetAwaiter().GetResult();
                return ReceivedStep();
            }

            // Last, for it may go on at once on another thread.
            _receiving = receiving.ConfigureAwait(false).GetAwaiter();
            _receiving.UnsafeOnCompleted(_onReceived ??= OnReceived);
            return ReceiveStep.Pending;
        }
        catch (Exception exception)
        {
            EndReceiving(exception);
            return ReceiveStep.Failed;
        }
    }

    private ReceiveStep ReceivedStep()
    {
        _isIdle &= !_isWaitingForBytes;
        return _isWaitingForBytes ? ReceiveStep.HasBytes : ReceiveStep.Received;
    }

    private void OnReceived()
    {
        int count;
        try
        {
            count = _receiving.GetResult();
        }
        catch (Exception exception)
        {
            // Whatever a transport throws is the end of its read side; the session gives it its name.
            EndReceiving(exception);
            return;
        }

        if (ReceivedStep() == ReceiveStep.HasBytes || TakeIn(count, isDirect: false, isReadersThread: false))
        {
            Receive(isReadersThread: false);
        }
    }

    /// <summary>The rest of a large frame, into the application's buffer, and the header of the next: only what is there already.</summary>
    /// <returns>False = there is nothing to be received in this way now. With bytes received the buffer stays claimed.</returns>
    private bool TryReceiveDirectly(out int count, out ReceiveStep step)
    {
        count = 0;
        step = ReceiveStep.ReceivedDirectly;
        if (!_transport.ReceivesWithoutWaiting)
        {
            return false;
        }

        if (!TryClaim())
        {
            // The connection has ended since the buffer was claimed: what it holds is given out, and whoever ends things finds the read waiting again.
            step = ReceiveStep.NoMoreNow;
            return _read.IsClaimed;
        }

        Memory<byte> target = _read.Free[.._directSize];
        Memory<byte> next = _directSize == _session.DirectBytes ? ReceiveBuffer()[..WireLimits.HeaderSize] : default;
        bool received = false;
        try
        {
            received = _transport.TryReceive(target, next, out count);
        }
        finally
        {
            if (count == 0 && (received || _read.Filled == 0))
            {
                UnclaimRead();
            }
        }

        step = received ? ReceiveStep.ReceivedDirectly : ReceiveStep.NoMoreNow;
        return received || _read.IsClaimed;
    }

    private bool TryClaim()
    {
        // Without the lock: nobody but the owner moves on within a frame, and the rest is only a hint.
        bool isWaiting = _read.IsWaiting || _read.IsClaimed;
        _receiveSize = isWaiting && _session.FramesAreLarge ? SmallReceiveSize : BusyReceiveSize;
        if (!isWaiting || _session.DirectBytes < DirectThreshold)
        {
            return false;
        }

        lock (_gate)
        {
            return TryClaimNeedsLock();
        }
    }

    /// <summary>Under the lock: reserves the waiting read's buffer, where the rest of a frame is worth it.</summary>
    private bool TryClaimNeedsLock()
    {
        if (!_read.IsClaimed)
        {
            if (!_read.IsWaiting || Math.Min(_read.Free.Length, _session.DirectBytes) < DirectThreshold)
            {
                return false;
            }

            _read.Claim();
        }
        else if (_session.DirectBytes == 0)
        {
            return false;
        }

        _directSize = Math.Min(_read.Free.Length, _session.DirectBytes);
        return true;
    }

    /// <summary>Nothing came; a cancellation or an end may have.</summary>
    private void UnclaimRead()
    {
        lock (_gate)
        {
            _read.Unclaim();
        }

        WakeReader();
    }

    private Memory<byte> ReceiveBuffer()
    {
        if (_receiveBuffer.Length < _receiveSize)
        {
            ReturnReceiveBuffer();
            _receiveBuffer = _pool.Rent(_receiveSize);
        }

        return _receiveBuffer.AsMemory(0, _receiveSize);
    }

    private void ReturnReceiveBuffer()
    {
        if (_receiveBuffer.Length > 0)
        {
            _pool.Return(_receiveBuffer);
            _receiveBuffer = [];
        }
    }

    /// <summary>Parses what was received and gives the application its share.</summary>
    /// <returns>Whether this caller goes on receiving.</returns>
    private bool TakeIn(int count, bool isDirect, bool isReadersThread)
    {
        if (count == 0)
        {
            EndReceiving(null);
            return false;
        }

        SessionSignals signals;
        bool fillsOn;
        Settled delivered;
        lock (_gate)
        {
            Instant now = _scheduler.Now;
            LocalHealth health = _scheduler.Observe(now);
            ulong before = _session.Counts.Received;
            signals = SessionSignals.None;
            if (isDirect)
            {
                int direct = Math.Min(count, _directSize);
                count -= direct;
                signals = _session.OnReceivedDirectly(direct, now, health, out int taken);
                _read.Fill(taken);
                _read.Unclaim();
            }

            Delivery delivery = new(_read.IsWaiting ? _read.Free.Span : default);
            signals = Note(signals | _session.OnReceived(_receiveBuffer.AsSpan(0, count), now, health, ref delivery));
            PlanReceiveNeedsLock(count, hasData: _session.Counts.Received != before);
            if (delivery.Count > 0)
            {
                _read.Fill(delivery.Count);
            }

            if (_transport.ReceivesWithoutWaiting && TryClaimNeedsLock())
            {
                // There is room for more of a large frame, which may be here already.
                fillsOn = true;
                delivered = default;
            }
            else
            {
                fillsOn = false;
                delivered = SettleNeedsLock(now, ref signals);
            }
        }

        // The waiting read is looked after here.
        Act(signals & ~SessionSignals.Readable);
        return fillsOn || Finish(delivered, isReadersThread);
    }

    /// <summary>Gives the application what was filled in so far.</summary>
    /// <returns>Whether this caller goes on receiving.</returns>
    private bool Deliver(bool isReadersThread)
    {
        SessionSignals signals = SessionSignals.None;
        Settled delivered;
        lock (_gate)
        {
            _read.Unclaim();
            delivered = SettleNeedsLock(_scheduler.Now, ref signals);
        }

        Act(signals & ~SessionSignals.Readable);
        return Finish(delivered, isReadersThread);
    }

    /// <summary>Under the lock: takes the waiting read out, if there is anything for it; then the application drives.</summary>
    private Settled SettleNeedsLock(Instant now, ref SessionSignals signals)
    {
        ReadStatus status = SettleReadNeedsLock(out int count, out SessionSignals more);
        signals |= more;
        bool keeps = status is not ReadStatus.Data || !_transport.IsTrulyAsynchronous || _session.HasEnded || _disposed;
        return new Settled(status, count, keeps, LeaseBegins: !keeps && GiveLeaseNeedsLock(now));
    }

    private bool Finish(in Settled settled, bool isReadersThread)
    {
        if (settled.LeaseBegins)
        {
            FileWakeup();
        }

        FinishRead(settled.Status, settled.Count, inline: !settled.KeepsReceiving);
        if (!settled.KeepsReceiving)
        {
            return !isReadersThread && TakeLease();
        }

        if (!_session.HasEnded && !_transportDone.IsCancellationRequested)
        {
            return true;
        }

        EndReceiving(null);
        return false;
    }

    /// <summary>Under the lock: while the application is busy, a receive holds a buffer; after a beat alone the connection is idle and holds none.</summary>
    private void PlanReceiveNeedsLock(int count, bool hasData)
    {
        _isIdle = !hasData;
        if (_transport.WaitsWithoutBuffer)
        {
            _receiveSize = BusyReceiveSize;
            if (_isIdle)
            {
                ReturnReceiveBuffer();
            }
        }
        else
        {
            _receiveSize = hasData && count >= SmallReceiveSize ? BusyReceiveSize : SmallReceiveSize;
            if (_receiveBuffer.Length > SmallReceiveSize && _receiveSize == SmallReceiveSize)
            {
                ReturnReceiveBuffer();
            }
        }
    }

    /// <summary>The transport delivers nothing more; the ownership is kept, so nobody asks it again.</summary>
    private void EndReceiving(Exception? failure)
    {
        failure ??= _transport.FailureBehindEnd();
        SessionSignals signals;
        lock (_gate)
        {
            if (_read.IsClaimed)
            {
                _read.Unclaim();
            }

            Instant now = _scheduler.Now;
            signals = Note(_session.OnReadEnded(failure, now, _scheduler.Observe(now)));
        }

        if (failure is null)
        {
            // After a failure it is left to the collector: the transport may still write to it.
            ReturnReceiveBuffer();
        }

        Act(signals);
        WakeReader();
        _readLoopEnded?.SetResult();
    }

    private readonly record struct Settled(ReadStatus Status, int Count, bool KeepsReceiving, bool LeaseBegins);
}
