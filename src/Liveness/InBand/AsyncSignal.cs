using System.Threading.Tasks.Sources;

namespace Liveness;

/// <summary>
/// Wakes one waiter, as a rule on the work queue: the waiter looks again at what it waits for. Reused without allocation.
/// </summary>
/// <remarks>Lost wake-ups are impossible where <see cref="Wait"/> is called under the lock that guards the condition, and <see cref="Set"/>
/// after the condition was changed under it.</remarks>
internal class AsyncSignal : IValueTaskSource, IThreadPoolWorkItem
{
    private const int Idle = 0;
    private const int Armed = 1;
    private const int Posted = 2;
    private const int ArmedDirectly = 3;

    private readonly WorkQueue _queue;
    private ManualResetValueTaskSourceCore<bool> _core;
    private int _state;

    public AsyncSignal(WorkQueue queue) => _queue = queue;

    /// <summary>At most one wait at a time.</summary>
    /// <param name="wakesDirectly">What continues does nothing but wake a thread that blocks, so that it needs no queue.</param>
    public ValueTask Wait(bool wakesDirectly = false)
    {
        _core.Reset();
        Volatile.Write(ref _state, wakesDirectly ? ArmedDirectly : Armed);
        return new ValueTask(this, _core.Version);
    }

    public void Set()
    {
        if (Take(ArmedDirectly, Idle))
        {
            _core.SetResult(true);
        }
        else if (Take(Armed, Posted))
        {
            _queue.Post(this);
        }
    }

    /// <summary>
    /// As <see cref="Set"/>, but the waiter runs before this returns: under no lock, and never on the scheduler's thread.
    /// </summary>
    public void SetInline()
    {
        if (Take(Armed, Idle) || Take(ArmedDirectly, Idle))
        {
            _core.SetResult(true);
        }
    }

    /// <returns>What keeps it so until it is disposed.</returns>
    public CancellationTokenRegistration SetBy(CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(static signal => ((AsyncSignal)signal!).Set(), this);

    /// <summary>
    /// A cancellation that came while the waiter was at work woke nobody: it is looked for once more when it waits.
    /// </summary>
    /// <param name="wait">What <see cref="Wait"/> has returned.</param>
    /// <param name="cancellationToken">As given to <see cref="SetBy"/>.</param>
    public ValueTask OrCancelled(ValueTask wait, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            Set();
        }

        return wait;
    }

    /// <summary>For a thread that can't count on the queue: runs here what waits there, before this returns. The item in the queue then
    /// finds nothing to do, or a later signal, which it may run as well as its own item.</summary>
    public void RunIfPosted()
    {
        if (Take(Posted, Idle))
        {
            _core.SetResult(true);
        }
    }

    void IThreadPoolWorkItem.Execute() => RunIfPosted();

    private bool Take(int from, int to) => Volatile.Read(ref _state) == from && Interlocked.CompareExchange(ref _state, to, from) == from;

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
