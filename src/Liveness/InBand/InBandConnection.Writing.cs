using System.Runtime.CompilerServices;

namespace Liveness;

/// <content>The application's writes.</content>
internal sealed partial class InBandConnection
{
    /// <summary>Writes up to this size are worth keeping back.</summary>
    private const int CoalescedWrite = 16 * 1024;

    /// <summary>Measured: less than two writes of a round trip are ever apart, and more than two of a loop.</summary>
    private static readonly TimeSpan s_inARow = TimeSpan.FromMicroseconds(4);

    private AsyncSignal? _writable;
    private int _roomWanted;
    private bool _isWriting;

    public ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        try
        {
            EnsureStarted();
            bool done = TryWrite(ref buffer, alreadyWriting: false, out ValueTask wait);
            return done ? ValueTask.CompletedTask : WriteSlowAsync(buffer, wait, cancellationToken);
        }
        catch (Exception exception)
        {
            return ValueTask.FromException(exception);
        }
    }

    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Pump(CallingThread.Worker);
        ulong? target = null;
        if (TryFlush(ref target, alreadyWriting: false, out ValueTask wait))
        {
            return;
        }

        CancellationTokenRegistration registration = WakeWriterOn(cancellationToken);
        try
        {
            do
            {
                await RoomOrCancellation(wait, cancellationToken).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
            }
            while (!TryFlush(ref target, alreadyWriting: true, out wait));
        }
        finally
        {
            await WriterIsDoneAsync(registration).ConfigureAwait(false);
        }
    }

    public void CompleteWrites()
    {
        EnsureStarted();
        SessionSignals signals = SessionSignals.None;
        bool hasEnded;
        lock (_gate)
        {
            CheckWriterNeedsLock(alreadyWriting: false);
            hasEnded = _session.HasEnded;
            if (!hasEnded)
            {
                signals = _session.CompleteWrites();
            }
        }

        if (hasEnded && _loss is not null)
        {
            throw LostException();
        }

        Act(signals);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WriteSlowAsync(ReadOnlyMemory<byte> buffer, ValueTask wait, CancellationToken cancellationToken)
    {
        CancellationTokenRegistration registration = WakeWriterOn(cancellationToken);
        try
        {
            do
            {
                await RoomOrCancellation(wait, cancellationToken).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
            }
            while (!TryWrite(ref buffer, alreadyWriting: true, out wait));
        }
        finally
        {
            await WriterIsDoneAsync(registration).ConfigureAwait(false);
        }
    }

    private CancellationTokenRegistration WakeWriterOn(CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(static stream => ((InBandConnection)stream!)._writable!.Set(), this);

    /// <summary>
    /// A cancellation that came while the writer was at work woke nobody: it is looked for once more when the writer waits.
    /// </summary>
    private ValueTask RoomOrCancellation(ValueTask wait, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            _writable!.Set();
        }

        return wait;
    }

    private async ValueTask WriterIsDoneAsync(CancellationTokenRegistration registration)
    {
        await registration.DisposeAsync().ConfigureAwait(false);
        lock (_gate)
        {
            _isWriting = false;
        }
    }

    /// <returns>Whether everything was accepted; otherwise <paramref name="wait"/> completes when it is worth another try.</returns>
    private bool TryWrite(ref ReadOnlyMemory<byte> buffer, bool alreadyWriting, out ValueTask wait)
    {
        WriteStep step;
        do
        {
            SessionSignals signals;
            Output output;
            lock (_gate)
            {
                CheckWriterNeedsLock(alreadyWriting);
                step = NextWriteStepNeedsLock(ref buffer, out wait, out output, out signals);
            }

            Act(signals);
            if (step == WriteStep.Ended)
            {
                throw WriteEndedException();
            }

            if (output.Length > 0)
            {
                Send(output, ref buffer, CallingThread.Worker);
            }
        }
        while (step == WriteStep.SendsItself && !buffer.IsEmpty);
        return step != WriteStep.Waits;
    }

    private WriteStep NextWriteStepNeedsLock(ref ReadOnlyMemory<byte> buffer, out ValueTask wait, out Output output, out SessionSignals signals)
    {
        wait = default;
        output = default;
        signals = SessionSignals.None;
        if (_session.HasEnded && !_session.TakesInVain(_scheduler.Now))
        {
            return WriteStep.Ended;
        }

        if (_session.WritesAreCompleted)
        {
            throw new InvalidOperationException("CompleteWrites was called: nothing may be written after it.");
        }

        if (_session.HasEnded)
        {
            _session.TakeInVain(buffer.Length);
            buffer = default;
        }

        if (buffer.IsEmpty)
        {
            return WriteStep.Done;
        }

        bool sendsHere = _transport.IsTrulyAsynchronous;
        bool isSmall = buffer.Length <= CoalescedWrite;
        bool canSend = _session.CanSendLent;
        if (sendsHere && canSend && !_isSending)
        {
            Instant now = _scheduler.Now;
            bool isInARow = now - _sendingStoppedAt < s_inARow;
            if (!isSmall || !isInARow || buffer.Length > _session.Room)
            {
                _isSending = true;
                output = TakeOutputNeedsLock(buffer.Length, CallingThread.Worker, now, out signals);
                return WriteStep.SendsItself;
            }

            // Kept back for a moment, so that one send takes many.
            _sendingStoppedAt = now;
        }

        AcceptNeedsLock(ref buffer, sendsHere, waitsForTurn: !isSmall && canSend);
        if (buffer.IsEmpty)
        {
            return WriteStep.Done;
        }

        _isWriting = true;
        _roomWanted = !sendsHere ? 1 : buffer.Length <= InBandSession.OutboundCapacity ? buffer.Length : int.MaxValue;
        wait = WaitForRoomNeedsLock();
        return WriteStep.Waits;
    }

    /// <summary>
    /// Under the lock: takes the bytes in, to be sent by whoever sends, or on the queue. Where the writer may send itself, all of them or
    /// none.
    /// </summary>
    private void AcceptNeedsLock(ref ReadOnlyMemory<byte> buffer, bool sendsHere, bool waitsForTurn)
    {
        if (sendsHere && (waitsForTurn || buffer.Length > _session.Room))
        {
            return;
        }

        buffer = buffer[_session.Accept(buffer.Span)..];
        if (!_isSending && _session.HasOutput(_scheduler.Now))
        {
            PostPumpNeedsLock();
        }
    }

    private ValueTask WaitForRoomNeedsLock()
    {
        _writable ??= new AsyncSignal(_workQueue);
        return _writable.Wait();
    }

    private bool TryFlush(ref ulong? target, bool alreadyWriting, out ValueTask wait)
    {
        wait = default;
        lock (_gate)
        {
            CheckWriterNeedsLock(alreadyWriting);
            if (_session.TakesInVain(_scheduler.Now))
            {
                return true;
            }

            if (!_session.HasEnded)
            {
                target ??= _session.Counts.Sent + (ulong)_session.Unsent;
                if (_handedOver >= target)
                {
                    return true;
                }

                _isWriting = true;
                _roomWanted = 0;
                wait = WaitForRoomNeedsLock();
                return false;
            }
        }

        throw WriteEndedException();
    }

    /// <summary>Under the lock.</summary>
    private void CheckWriterNeedsLock(bool alreadyWriting)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, typeof(HeartbeatStream));
        if (_isWriting && !alreadyWriting)
        {
            throw new InvalidOperationException("A write or flush is pending on this stream already; wait for it first. One read and one write may overlap, two writes may not.");
        }
    }
}
