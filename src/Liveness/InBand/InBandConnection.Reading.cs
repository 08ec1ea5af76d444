namespace Liveness;

/// <content>The application's reads.</content>
internal sealed partial class InBandConnection
{
    private readonly PendingRead _read;

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        try
        {
            EnsureStarted();
            return ReadOrWait(buffer, cancellationToken);
        }
        catch (Exception exception)
        {
            return ValueTask.FromException<int>(exception);
        }
    }

    private ValueTask<int> ReadOrWait(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        SessionSignals signals;
        ReadStatus status;
        int count;
        ValueTask<int> result = default;
        bool receives = false;
        bool hasUnsent = false;
        lock (_gate)
        {
            CheckReaderNeedsLock();
            status = _session.Read(buffer.Span, out count, out signals);
            if (status == ReadStatus.Pending)
            {
                result = _read.Begin(buffer, cancellationToken);
                receives = TakeLeaseNeedsLock();
                hasUnsent = _session.Unsent > 0;
            }
        }

        Act(signals);
        if (status != ReadStatus.Pending)
        {
            return status == ReadStatus.Failed ? throw LostException() : ValueTask.FromResult(count);
        }

        if (cancellationToken.CanBeCanceled)
        {
            _read.CancelBy(cancellationToken.UnsafeRegister(static stream => ((InBandConnection)stream!).CancelRead(), this));
        }

        if (hasUnsent)
        {
            // Whoever reads waits for an answer to what it wrote.
            Sender.Pump(CallingThread.Worker);
        }

        if (receives)
        {
            BeginReceiving();
        }

        return result;
    }

    /// <summary>What there is to read without waiting; the end counts.</summary>
    public bool TryRead(Span<byte> destination, out int count)
    {
        EnsureStarted();
        SessionSignals signals;
        ReadStatus status;
        lock (_gate)
        {
            CheckReaderNeedsLock();
            status = _session.Read(destination, out count, out signals);
        }

        Act(signals);
        return status == ReadStatus.Failed ? throw LostException() : status != ReadStatus.Pending;
    }

    private void CancelRead()
    {
        lock (_gate)
        {
            if (!_read.IsWaiting)
            {
                // Whoever writes to its buffer now looks at the token when it is done.
                return;
            }

            _read.Settle();
        }

        _read.Fail(new OperationCanceledException(_read.CancellationToken));
    }

    /// <summary>A waiting read looks again; what it finds it gets on the work queue.</summary>
    private void WakeReader()
    {
        ReadStatus status;
        int count;
        SessionSignals signals;
        lock (_gate)
        {
            status = SettleReadNeedsLock(out count, out signals);
        }

        Act(signals);
        FinishRead(status, count, inline: false);
    }

    /// <summary>Under the lock: gives the waiting read what there is.</summary>
    /// <returns><see cref="ReadStatus.Pending"/> = no read waits, or it goes on waiting; otherwise the caller finishes it.</returns>
    private ReadStatus SettleReadNeedsLock(out int count, out SessionSignals signals)
    {
        count = 0;
        signals = SessionSignals.None;
        if (!_read.IsWaiting)
        {
            return ReadStatus.Pending;
        }

        if (_read.Filled > 0)
        {
            count = _read.Filled;
            _read.Settle();
            return ReadStatus.Data;
        }

        ReadStatus status = _isDisposed ? ReadStatus.Failed : _session.Read(_read.Free.Span, out count, out signals);
        if (status is ReadStatus.Pending or ReadStatus.Failed && _read.CancellationToken.IsCancellationRequested)
        {
            status = ReadStatus.Cancelled;
        }

        if (status != ReadStatus.Pending)
        {
            _read.Settle();
        }

        return status;
    }

    /// <summary>Not under the lock.</summary>
    private void FinishRead(ReadStatus status, int count, bool inline)
    {
        switch (status)
        {
            case ReadStatus.Pending:
                break;
            case ReadStatus.Failed:
                PublishEnd();
                _read.Fail(EndAsException());
                break;
            case ReadStatus.Cancelled:
                _read.Fail(new OperationCanceledException(_read.CancellationToken));
                break;
            default:
                if (inline)
                {
                    _read.Complete(count);
                }
                else
                {
                    _read.CompleteOnQueue(count);
                }

                break;
        }
    }

    /// <summary>Under the lock.</summary>
    private void CheckReaderNeedsLock()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, typeof(HeartbeatStream));
        if (_read.IsPending)
        {
            throw new InvalidOperationException("A read is pending on this stream already; wait for it first. One read and one write may overlap, two reads may not.");
        }
    }
}
