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
    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _receiving;

    private enum ReceiveStep
    {
        Received,
        ReceivedDirectly,
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
            _workQueue.Post(_receiveOnQueue);
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
            if (TryReceiveDirectly(out count))
            {
                return ReceiveStep.ReceivedDirectly;
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
            _receiving.UnsafeOnCompleted(_onReceived);
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

    /// <summary>The rest of a large frame, into the application's buffer: only what is there already. With bytes received the buffer stays claimed.</summary>
    private bool TryReceiveDirectly(out int count)
    {
        count = 0;
        if (!_transport.ReceivesWithoutWaiting)
        {
            return false;
        }

        Memory<byte> target;
        lock (_gate)
        {
            bool hasRoom = _read.IsWaiting && _read.Buffer.Length >= DirectThreshold;
            _receiveSize = hasRoom && _session.FramesAreLarge ? SmallReceiveSize : BusyReceiveSize;
            if (!hasRoom || _session.DirectBytes < DirectThreshold)
            {
                return false;
            }

            target = _read.Buffer[..Math.Min(_session.DirectBytes, _read.Buffer.Length)];
            _read.Claim();
        }

        try
        {
            return _transport.TryReceive(target.Span, out count);
        }
        finally
        {
            if (count == 0)
            {
                UnclaimRead();
            }
        }
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
        ReadStatus status;
        int delivered;
        bool keeps;
        Instant leaseDue = Instant.Never;
        lock (_gate)
        {
            Instant now = _scheduler.Now;
            LocalHealth health = _scheduler.Observe(now);
            ulong before = _session.Counts.Received;
            if (isDirect)
            {
                _read.Unclaim();
                signals = Note(_session.OnReceivedDirectly(count, now, health, out delivered));
            }
            else
            {
                Delivery delivery = new(_read.IsWaiting ? _read.Buffer.Span : default);
                signals = Note(_session.OnReceived(_receiveBuffer.AsSpan(0, count), now, health, ref delivery));
                delivered = delivery.Count;
            }

            PlanReceiveNeedsLock(count, hasData: _session.Counts.Received != before);
            status = SettleReceivedNeedsLock(ref delivered, ref signals);
            bool hasEnded = _session.HasEnded;
            keeps = !(status is ReadStatus.Data && _transport.IsTrulyAsynchronous) || hasEnded;
            if (!keeps)
            {
                leaseDue = GiveLeaseNeedsLock(now);
            }
        }

        // The waiting read has been looked after.
        Act(signals & ~SessionSignals.Readable);
        if (leaseDue != Instant.Never)
        {
            FileWakeup();
        }

        FinishRead(status, delivered, inline: !keeps);
        if (!keeps)
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

    /// <summary>Under the lock: what went straight into the buffer, or else whatever the waiting read finds.</summary>
    private ReadStatus SettleReceivedNeedsLock(ref int delivered, ref SessionSignals signals)
    {
        if (delivered > 0)
        {
            _read.Settle();
            return ReadStatus.Data;
        }

        ReadStatus status = SettleReadNeedsLock(out delivered, out SessionSignals more);
        signals |= more;
        return status;
    }

    /// <summary>The transport delivers nothing more; the ownership is kept, so nobody asks it again.</summary>
    private void EndReceiving(Exception? failure)
    {
        failure ??= _transport.FailureBehindEnd();
        SessionSignals signals;
        lock (_gate)
        {
            Instant now = _scheduler.Now;
            signals = Note(_session.OnReadEnded(failure, now, _scheduler.Observe(now)));
        }

        if (failure is null)
        {
            // After a failure it is left to the collector: the transport may still write to it.
            ReturnReceiveBuffer();
        }

        Act(signals);
        _readLoopEnded?.SetResult();
    }
}
