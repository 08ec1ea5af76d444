using System.Threading.Tasks.Sources;

namespace Liveness;

/// <summary>Wakes one waiter, as a rule on the work queue: the waiter looks again at what it waits for. Reused without allocation.</summary>
/// <remarks>Lost wake-ups are impossible where <see cref="Wait"/> is called under the lock that guards the condition,
/// and <see cref="Set"/> after the condition was changed under it.</remarks>
internal sealed class AsyncSignal : IValueTaskSource, IThreadPoolWorkItem
{
    private readonly WorkQueue _queue;
    private ManualResetValueTaskSourceCore<bool> _core;
    private bool _armed;

    public AsyncSignal(WorkQueue queue) => _queue = queue;

    /// <summary>At most one wait at a time.</summary>
    public ValueTask Wait()
    {
        _core.Reset();
        Volatile.Write(ref _armed, true);
        return new ValueTask(this, _core.Version);
    }

    public void Set()
    {
        if (Volatile.Read(ref _armed) && Interlocked.Exchange(ref _armed, false))
        {
            _queue.Post(this);
        }
    }

    /// <summary>As <see cref="Set"/>, but the waiter runs before this returns: under no lock, and never on the scheduler's thread.</summary>
    public void SetInline()
    {
        if (Volatile.Read(ref _armed) && Interlocked.Exchange(ref _armed, false))
        {
            _core.SetResult(true);
        }
    }

    void IThreadPoolWorkItem.Execute() => _core.SetResult(true);

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
