using System.Threading.Tasks.Sources;

namespace Liveness;

/// <summary>The application's one read that waits: its buffer, and the task it holds. Reused without allocation.</summary>
/// <remarks>All but <see cref="Complete"/>, <see cref="Fail"/> and the task's own side is called under the stream's lock. The buffer may be
/// written to
/// between <see cref="Claim"/> and <see cref="Unclaim"/> outside the lock; nothing completes the read in between, so it is never touched
/// after that.</remarks>
internal sealed class PendingRead : IValueTaskSource<int>, IThreadPoolWorkItem
{
    private readonly WorkQueue _queue;
    private ManualResetValueTaskSourceCore<int> _core;
    private CancellationTokenRegistration _registration;
    private Memory<byte> _buffer;
    private int _filled;
    private Exception? _failure;
    private int _count;
    private volatile bool _isPending;

    public PendingRead(WorkQueue queue) => _queue = queue;

    /// <summary>From the begin of the read until its result has been fetched.</summary>
    public bool IsPending => _isPending;

    /// <summary>It waits for bytes, and nobody is writing to its buffer.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>The buffer is being written to outside the lock.</summary>
    public bool IsClaimed { get; private set; }

    public CancellationToken CancellationToken { get; private set; }

    /// <summary>The part of its buffer that is not filled yet.</summary>
    public Memory<byte> Free => _buffer[_filled..];

    /// <summary>How much of its buffer is filled already: only while it is claimed.</summary>
    public int Filled => _filled;

    public ValueTask<int> Begin(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        _buffer = buffer;
        _filled = 0;
        CancellationToken = cancellationToken;
        _isPending = true;
        IsWaiting = true;
        return new ValueTask<int>(this, _core.Version);
    }

    /// <summary>
    /// After <see cref="Begin"/>, by the same thread and before the task is given away; not under the lock, for the callback may run at
    /// once.
    /// </summary>
    public void CancelBy(CancellationTokenRegistration registration) => _registration = registration;

    public void Claim()
    {
        IsWaiting = false;
        IsClaimed = true;
    }

    public void Unclaim()
    {
        IsWaiting = true;
        IsClaimed = false;
    }

    public void Fill(int count) => _filled += count;

    /// <summary>Whoever calls this, and nobody else, completes the read next.</summary>
    public void Settle()
    {
        IsWaiting = false;
        IsClaimed = false;
        _buffer = default;
    }

    /// <summary>Runs the application's continuation before it returns.</summary>
    public void Complete(int count) => _core.SetResult(count);

    /// <summary>The continuation runs on the work queue.</summary>
    public void CompleteOnQueue(int count)
    {
        _count = count;
        _queue.Post(this);
    }

    /// <inheritdoc cref="CompleteOnQueue"/>
    public void Fail(Exception failure)
    {
        _failure = failure;
        _queue.Post(this);
    }

    void IThreadPoolWorkItem.Execute()
    {
        if (_failure is { } failure)
        {
            _failure = null;
            _core.SetException(failure);
        }
        else
        {
            _core.SetResult(_count);
        }
    }

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
            CancellationToken = default;
            _isPending = false;
        }
    }

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
