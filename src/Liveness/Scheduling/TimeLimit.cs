namespace Liveness;

/// <summary>A token that is cancelled when a step that takes turns of our own pool has had its time, as <see cref="Deadline"/> counts it.
/// A timer of the token's own would count a pool that is behind as the peer's delay, and be ahead of the peer's answer when the pool
/// recovers.</summary>
/// <remarks>Dispose it as soon as the step is over; the token is cancelled on the work queue.</remarks>
internal sealed class TimeLimit : SchedulerEntry, IThreadPoolWorkItem, IDisposable
{
    private const int TicksInLimit = 16;

    private readonly LivenessScheduler _scheduler;
    private readonly TimeSpan _limit;
    private readonly Instant _since;
    private readonly CancellationTokenSource _source = new();

    /// <param name="limit">From now on.</param>
    /// <param name="timeProvider">The clock.</param>
    public TimeLimit(TimeSpan limit, TimeProvider timeProvider)
        : this(limit, LivenessScheduler.For(timeProvider))
    {
    }

    /// <param name="limit">From now on.</param>
    /// <param name="scheduler">Of the clock.</param>
    public TimeLimit(TimeSpan limit, LivenessScheduler scheduler)
    {
        _scheduler = scheduler;
        _limit = limit;
        _since = _scheduler.Now;
        _scheduler.Register(this, limit / TicksInLimit);
        _scheduler.Schedule(this, Deadline.NextLook(limit, _since, _since, _scheduler.Observe(_since)));
    }

    public CancellationToken Token => _source.Token;

    public bool IsUp => _source.IsCancellationRequested;

    public override Instant OnDue(Instant now)
    {
        LocalHealth health = _scheduler.Observe(now);
        TimeSpan left = Deadline.Left(_limit, _since, now, health);
        if (left <= TimeSpan.Zero)
        {
            _scheduler.Unregister(this);
            _scheduler.WorkQueue.Post(this);
            return Instant.Never;
        }

        if (Deadline.IsNear(_limit, left))
        {
            _scheduler.ProbePoolLag();
        }

        return Deadline.NextLook(_limit, _since, now, health);
    }

    void IThreadPoolWorkItem.Execute() => _source.Cancel();

    /// <summary>The source has no timer and no handle: it stays, for a cancellation that is on its way.</summary>
    public void Dispose() => _scheduler.Unregister(this);
}
