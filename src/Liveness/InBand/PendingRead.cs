using System.Diagnostics;
using System.Threading.Tasks.Sources;

namespace Liveness;

/// <summary>The application's reads: each takes what there is, or waits. The one that waits is this object: its buffer, and the task it
/// holds.
/// Reused without allocation.</summary>
/// <remarks>The buffer may be written to between <see cref="ClaimNeedsLock"/> and <see cref="UnclaimNeedsLock"/> outside the lock, by the
/// owner of the receiving; nothing completes the read in between, so it is never touched after that. Whoever takes the read out, under the
/// lock, is the one who completes it.</remarks>
// Long, because who may complete the read is only to be followed as a whole.
internal sealed class PendingRead(InBandConnection connection) : IValueTaskSource<int>, IThreadPoolWorkItem
{
    /// <summary>The task: completed by whoever took the read out, reset by whoever fetches its result.</summary>
    private ManualResetValueTaskSourceCore<int> _core;

    /// <summary>The application's: set before its task is given away, released when the result is fetched.</summary>
    private CancellationTokenRegistration _registration;

    /// <summary>Under the lock; while it is claimed, the part that is free is written to outside.</summary>
    private Memory<byte> _buffer;

    /// <summary>Of the buffer. Under the lock; the owner of the receiving may look at it while it has claimed it.</summary>
    private int _filled;

    /// <summary>Set by whoever took the read out, for <see cref="IThreadPoolWorkItem.Execute"/>.</summary>
    private int _count;

    /// <summary>From the begin of the read until its result has been fetched. Set under the lock; reset without it, last of all.</summary>
    private volatile bool _isPending;

    /// <summary>Of the read that waits. Set under the lock, and reset before <see cref="_isPending"/>.</summary>
    private CancellationToken _cancellation;

    /// <summary>Of the read that waits: what continues does nothing but wake a thread that blocks, so that it needs no queue. Set under the
    /// lock.</summary>
    private bool _blocks;

    /// <summary>It waits for bytes, and nobody is writing to its buffer. Changed under the lock; without it, it is only a hint.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>The buffer is being written to outside the lock. Changed under it, by the owner of the receiving, who may look at any
    /// time.</summary>
    public bool IsClaimed { get; private set; }

    /// <summary>One that waits does not block a thread. Without the lock, it is only a hint.</summary>
    public bool WaitsWithoutThread => (IsWaiting || IsClaimed) && !_blocks;

    /// <summary>The part of its buffer that is not filled yet.</summary>
    public Memory<byte> Free => _buffer[_filled..];

    /// <summary>How much of its buffer is filled already: only while it is claimed.</summary>
    public int Filled => _filled;

    private object Gate => connection.Gate;

    private InBandSession Session => connection.Session;

    /// <inheritdoc cref="HeartbeatStream.ReadAsync(Memory{byte}, CancellationToken)"/>
    /// <param name="blocks">The caller does nothing but block until it completes.</param>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken, bool blocks = false)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        try
        {
            connection.EnsureStarted();
            return ReadOrWait(buffer, blocks, cancellationToken);
        }
        catch (Exception exception)
        {
            return ValueTask.FromException<int>(exception);
        }
    }

    /// <summary>What there is to read without waiting; the end counts.</summary>
    public bool TryRead(Span<byte> destination, out int count)
    {
        connection.EnsureStarted();
        SessionSignals signals;
        ReadStatus status;
        lock (Gate)
        {
            CheckReaderNeedsLock();
            status = Session.Read(destination, out count, out signals);
        }

        connection.Act(signals);
        return status == ReadStatus.Failed ? throw connection.End.LostException() : status != ReadStatus.Pending;
    }

    public void ClaimNeedsLock()
    {
        Debug.Assert(Monitor.IsEntered(Gate));
        IsWaiting = false;
        IsClaimed = true;
    }

    public void UnclaimNeedsLock()
    {
        Debug.Assert(Monitor.IsEntered(Gate));
        IsWaiting = true;
        IsClaimed = false;
    }

    public void FillNeedsLock(int count)
    {
        Debug.Assert(Monitor.IsEntered(Gate));
        _filled += count;
    }

    /// <summary>A waiting read looks again; what it finds it gets on the work queue.</summary>
    public void Wake()
    {
        ReadStatus status;
        int count;
        SessionSignals signals;
        lock (Gate)
        {
            status = SettleNeedsLock(out count, out signals);
        }

        connection.Act(signals);
        Finish(status, count, inline: false);
    }

    /// <summary>Gives the waiting read what there is.</summary>
    /// <returns><see cref="ReadStatus.Pending"/> = no read waits, or it goes on waiting; otherwise the caller finishes it.</returns>
    public ReadStatus SettleNeedsLock(out int count, out SessionSignals signals)
    {
        Debug.Assert(Monitor.IsEntered(Gate));
        count = 0;
        signals = SessionSignals.None;
        if (!IsWaiting)
        {
            return ReadStatus.Pending;
        }

        if (_filled > 0)
        {
            count = _filled;
            TakeOutNeedsLock();
            return ReadStatus.Data;
        }

        ReadStatus status = connection.IsDisposed ? ReadStatus.Failed : Session.Read(Free.Span, out count, out signals);
        if (status is ReadStatus.Pending or ReadStatus.Failed && _cancellation.IsCancellationRequested)
        {
            status = ReadStatus.Cancelled;
        }

        if (status != ReadStatus.Pending)
        {
            TakeOutNeedsLock();
        }

        return status;
    }

    /// <summary>Not under the lock, by whoever took the read out.</summary>
    /// <param name="status">What <see cref="SettleNeedsLock"/> has returned.</param>
    /// <param name="count">How many bytes it has got.</param>
    /// <param name="inline">Data is given on this thread: the application's continuation runs before this returns.</param>
    public void Finish(ReadStatus status, int count, bool inline)
    {
        switch (status)
        {
            case ReadStatus.Pending:
                break;
            case ReadStatus.Failed:
                connection.End.Publish();
                Fail(connection.End.AsException());
                break;
            case ReadStatus.Cancelled:
                Fail(new OperationCanceledException(_cancellation));
                break;
            default:
                if (inline || _blocks)
                {
                    _core.SetResult(count);
                }
                else
                {
                    _count = count;
                    connection.WorkQueue.Post(this);
                }

                break;
        }
    }

    void IThreadPoolWorkItem.Execute() => _core.SetResult(_count);

    int IValueTaskSource<int>.GetResult(short token)
    {
        if (_core.GetStatus(token) == ValueTaskSourceStatus.Pending)
        {
            throw new InvalidOperationException("The read is not complete: await it.");
        }

        // Waits for a cancellation that is under way, so that none meets the next read.
        _registration.Dispose();
        _registration = default;
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            // Before the next read may begin. From here on the task that was given away knows that its result has been fetched.
            _core.Reset();
            _cancellation = default;
            _isPending = false;
        }
    }

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private ValueTask<int> ReadOrWait(Memory<byte> buffer, bool blocks, CancellationToken cancellationToken)
    {
        SessionSignals signals;
        ReadStatus status;
        int count;
        ValueTask<int> result = default;
        bool receives = false;
        bool hasUnsent = false;
        lock (Gate)
        {
            CheckReaderNeedsLock();
            status = Session.Read(buffer.Span, out count, out signals);
            if (status == ReadStatus.Pending)
            {
                result = BeginNeedsLock(buffer, blocks, cancellationToken);
                receives = connection.Receiver.TryTakeLeaseNeedsLock();
                hasUnsent = Session.Unsent > 0;
            }
        }

        connection.Act(signals);
        if (status != ReadStatus.Pending)
        {
            return status == ReadStatus.Failed ? throw connection.End.LostException() : ValueTask.FromResult(count);
        }

        if (cancellationToken.CanBeCanceled)
        {
            // Not under the lock, for the callback may run at once; and before the task is given away, by the same thread.
            _registration = cancellationToken.UnsafeRegister(static read => ((PendingRead)read!).Cancel(), this);
        }

        if (hasUnsent)
        {
            // Whoever reads waits for an answer to what it wrote.
            connection.Sender.Pump(CallingThread.Worker);
        }

        if (receives)
        {
            connection.Receiver.Begin();
        }

        return result;
    }

    private ValueTask<int> BeginNeedsLock(Memory<byte> buffer, bool blocks, CancellationToken cancellationToken)
    {
        Debug.Assert(Monitor.IsEntered(Gate));
        _buffer = buffer;
        _filled = 0;
        _blocks = blocks;
        _cancellation = cancellationToken;
        _isPending = true;
        IsWaiting = true;
        return new ValueTask<int>(this, _core.Version);
    }

    private void Cancel()
    {
        lock (Gate)
        {
            if (!IsWaiting)
            {
                // Whoever writes to its buffer now looks at the token when it is done.
                return;
            }

            TakeOutNeedsLock();
        }

        Fail(new OperationCanceledException(_cancellation));
    }

    /// <summary>Whoever calls this, and nobody else, completes the read next.</summary>
    private void TakeOutNeedsLock()
    {
        Debug.Assert(Monitor.IsEntered(Gate));
        IsWaiting = false;
        IsClaimed = false;
        _buffer = default;

        // Together with the buffer: who looks without the lock must never find a part of a shorter one.
        _filled = 0;
    }

    /// <summary>The application's continuation runs on the work queue.</summary>
    private void Fail(Exception failure)
    {
        if (_blocks)
        {
            _core.SetException(failure);
            return;
        }

        connection.WorkQueue.Post(new QueuedAction(() => _core.SetException(failure)));
    }

    private void CheckReaderNeedsLock()
    {
        Debug.Assert(Monitor.IsEntered(Gate));
        ObjectDisposedException.ThrowIf(connection.IsDisposed, typeof(HeartbeatStream));
        if (_isPending)
        {
            throw new InvalidOperationException(
                "A read is pending on this stream already; wait for it first. One read and one write may overlap, two reads may not.");
        }
    }
}
