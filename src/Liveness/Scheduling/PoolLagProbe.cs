namespace Liveness;

/// <summary>Measures how far a work queue is behind: one preallocated work item that notes how long it waited for its turn.</summary>
/// <remarks>Thread safe; allocates only where a spell of lag has ended.</remarks>
internal sealed class PoolLagProbe(WorkQueue workQueue, TimeProvider timeProvider) : IThreadPoolWorkItem
{
    private const long NotQueued = long.MinValue;

    /// <summary>Less than this excuses nothing: the shortest limit there is, 100 ms, wants an eighth of itself, and the scheduler's own
    /// work takes some.</summary>
    private static readonly TimeSpan s_leastSpell = TimeSpan.FromMilliseconds(12.5);

    private long _queuedAt = NotQueued;
    private long _lastLag;
    private volatile PauseLedger _spells = PauseLedger.Empty;

    /// <summary>The spells of lag that are over: from when a probe was queued until it ran.</summary>
    public PauseLedger Spells => _spells;

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
    /// The longer of the two: a probe that was queued a moment ago does not show yet that the queue, four seconds behind at the last
    /// answer, has caught up. Where it has, the answer comes at once.
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
        // One at a time: the next probe is queued after this one has let go.
        Instant now = Instant.Now(timeProvider);
        Instant queuedAt = new(Volatile.Read(ref _queuedAt));
        if (now - queuedAt >= s_leastSpell)
        {
            _spells = _spells.Add(queuedAt, now);
        }

        Volatile.Write(ref _lastLag, Math.Max(0, (now - queuedAt).Ticks));
        Volatile.Write(ref _queuedAt, NotQueued);
    }
}
