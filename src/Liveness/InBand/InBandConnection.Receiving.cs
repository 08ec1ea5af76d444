using System.Runtime.CompilerServices;

namespace Liveness;

/// <content>Receiving: whoever owns it asks the transport for more, one receive at a time, and never lets the transport wait with memory of
/// the application.</content>
internal sealed partial class InBandConnection
{
    private const int BusyReceiveSize = 32 * 1024;

    /// <summary>
    /// Behind a large frame only the next header is wanted, and what little comes with it; and an idle stream that can't wait without a
    /// buffer holds so much.
    /// </summary>
    private const int SmallReceiveSize = 4 * 1024;

    /// <summary>Completes when the read loop has ended; null where nobody asks.</summary>
    private TaskCompletionSource? _readLoopEnded;

    private byte[] _receiveBuffer = [];
    private int _receiveSize = SmallReceiveSize;
    private bool _isReceiving;
    private bool _isIdle = true;
    private bool _isWaitingForBytes;
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
            _workQueue.Post(new QueuedAction(() => Receive(isReadersThread: false)));
        }
    }

    /// <summary>
    /// As the owner: receives until the transport makes us wait, or the application has got something and drives from now on.
    /// </summary>
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

    /// <summary>
    /// Under the lock: while the application is busy, a receive holds a buffer; after a beat alone the connection is idle and holds none.
    /// </summary>
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
        Certainty? closedHere = _transport.ClosedHere(failure);
        failure ??= closedHere is null ? _transport.FailureBehindEnd() : null;
        SessionSignals signals;
        lock (_gate)
        {
            if (_read.IsClaimed)
            {
                _read.Unclaim();
            }

            Instant now = _scheduler.Now;
            LocalHealth health = _scheduler.Observe(now);
            signals = NoteNeedsLock(closedHere is { } certainty
                ? _session.OnClosedHere(failure, certainty, now, health)
                : _session.OnReadEnded(failure, now, health));
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

    public Task ReceivingHasEnded
    {
        get
        {
            lock (_gate)
            {
                return _readLoopEnded?.Task ?? Task.CompletedTask;
            }
        }
    }

    public void StopReceiving()
    {
        try
        {
            _transportDone.Cancel();
        }
        catch (AggregateException exception)
        {
            TransportRelease.LogWhoThrew(this, exception, "the token of the stream's read");
        }

        // Where the application drives, nobody would notice.
        ResumeReceiving();
    }
}
