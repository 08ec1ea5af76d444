using System.Threading.Tasks.Sources;

namespace Liveness.Testing;

/// <summary>The read or the write of one end of a link that may be waiting. Reused, so that waiting allocates nothing.</summary>
/// <remarks>Its outcome is decided under the link's lock, and made known on the link's work queue.</remarks>
internal sealed class LinkOperation(InMemoryLink link) : IValueTaskSource<int>, IValueTaskSource, IThreadPoolWorkItem
{
    private ManualResetValueTaskSourceCore<int> _core;
    private CancellationToken _cancellationToken;
    private CancellationTokenRegistration _registration;
    private volatile Phase _phase;
    private int _result;
    private Exception? _error;

    private enum Phase
    {
        Idle,
        Waiting,
        Settled,
        Posted,
    }

    /// <summary>Where a read puts its bytes.</summary>
    public Memory<byte> Destination { get; private set; }

    /// <summary>What a write has left to hand over.</summary>
    public ReadOnlyMemory<byte> Source { get; set; }

    public bool IsWaiting => _phase == Phase.Waiting;

    public short Version => _core.Version;

    public void ThrowIfInUse(string what)
    {
        if (_phase != Phase.Idle)
        {
            throw new InvalidOperationException($"A {what} is pending already, or its result was not taken: one {what} at a time.");
        }
    }

    /// <summary>Under the lock.</summary>
    public void Start(Memory<byte> destination, ReadOnlyMemory<byte> source, CancellationToken cancellationToken)
    {
        (Destination, Source, _cancellationToken, _phase) = (destination, source, cancellationToken, Phase.Waiting);
    }

    /// <summary>Under the lock.</summary>
    public void Settle(int result, Exception? error)
    {
        (_result, _error, _phase) = (result, error, Phase.Settled);
    }

    /// <summary>Under the lock: a registration that outlives its operation must not cancel the next one.</summary>
    public void Cancel(CancellationToken cancellationToken)
    {
        if (IsWaiting && _cancellationToken == cancellationToken)
        {
            Settle(0, new OperationCanceledException(cancellationToken));
        }
    }

    /// <summary>Before the caller has the task, so that its end cannot come first.</summary>
    public void ObserveCancellation()
    {
        _registration = _cancellationToken.UnsafeRegister(static (operation, token) => ((LinkOperation)operation!).OnCanceled(token), this);
    }

    /// <summary>Under no lock. Does nothing unless the operation has just been settled.</summary>
    public void PostIfSettled(WorkQueue queue)
    {
        if (Interlocked.CompareExchange(ref _phase, Phase.Posted, Phase.Settled) == Phase.Settled)
        {
            queue.Post(this);
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        if (_error is null)
        {
            _core.SetResult(_result);
        }
        else
        {
            _core.SetException(_error);
        }
    }

    int IValueTaskSource<int>.GetResult(short token) => TakeResult(token);

    void IValueTaskSource.GetResult(short token) => TakeResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, token, flags);

    private int TakeResult(short token)
    {
        if (_core.GetStatus(token) == ValueTaskSourceStatus.Pending)
        {
            throw new InvalidOperationException("The operation has not ended yet.");
        }

        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            _registration.Unregister();
            _core.Reset();
            (Destination, Source, _error) = (default, default, null);
            _phase = Phase.Idle;
        }
    }

    private void OnCanceled(CancellationToken cancellationToken) => link.Cancel(this, cancellationToken);
}
