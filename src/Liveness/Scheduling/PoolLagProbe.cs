namespace Liveness;

/// <summary>Measures how far a work queue is behind: one preallocated work item that notes how long it waited for its turn.</summary>
/// <remarks>Thread safe; allocates nothing.</remarks>
internal sealed class PoolLagProbe(WorkQueue workQueue, TimeProvider timeProvider) : IThreadPoolWorkItem
{
    private const long NotQueued = long.MinValue;

    private long _queuedAt = NotQueued;
    private long _lastLag;

    /// <summary>Queues the probe, unless it is still unanswered.</summary>
    public void Queue()
    {
        if (Volatile.Read(ref _queuedAt) == NotQueued
            && Interlocked.CompareExchange(ref _queuedAt, Instant.Now(timeProvider).Ticks, NotQueued) == NotQueued)
        {
            workQueue.Post(this);
        }
    }

    /// <summary>The last measured lag, or the present age of an unanswered probe if that is longer.</summary>
    /// <remarks>
    /// The longer of the two: a probe that was queued a moment ago does not show yet that the queue, four seconds behind at the
    /// last answer, has caught up. Where it has, the answer comes at once.
    /// </remarks>
    public TimeSpan Lag(Instant now)
    {
        // In this order: a probe that is answered in between shows its lag in the second read.
        long queuedAt = Volatile.Read(ref _queuedAt);
        long lastLag = Volatile.Read(ref _lastLag);
        return new TimeSpan(queuedAt == NotQueued ? lastLag : Math.Max(lastLag, now.Ticks - queuedAt));
    }

    void IThreadPoolWorkItem.Execute()
    {
        long lag = Instant.Now(timeProvider).Ticks - Volatile.Read(ref _queuedAt);
        Volatile.Write(ref _lastLag, Math.Max(0, lag));
        Volatile.Write(ref _queuedAt, NotQueued);
    }
}
