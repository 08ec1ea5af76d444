namespace Liveness.Testing;

/// <summary>
/// A clock that moves only when you advance it. Timers fire in the order of their due times, and each callback sees exactly the time at
/// which it was due.
/// </summary>
/// <remarks>
/// Callbacks run on the thread that calls <see cref="Advance"/>, under no lock. You can call all members from any thread, but only one
/// thread at a time may advance the clock.
/// </remarks>
/// <example>
/// <code>
/// ManualTimeProvider clock = new();
/// using InMemoryLink link = InMemoryLink.Create(clock);
/// HeartbeatOptions options = new() { DetectWithin = TimeSpan.FromSeconds(10), TimeProvider = clock };
/// await using HeartbeatStream client = new(link.Client, options);
/// await using HeartbeatStream server = new(link.Server, options);
/// await Task.WhenAll(client.StartAsync(), server.StartAsync());
///
/// link.Cut();
/// while (!client.Monitor.Completion.IsCompleted)
/// {
///     clock.Advance(TimeSpan.FromMilliseconds(100));
///     await Task.Yield();
/// }
///
/// Console.WriteLine(await client.Monitor.Completion);
/// </code>
/// </example>
public sealed class ManualTimeProvider : TimeProvider, IWorkQueueSource
{
    private readonly Lock _lock = new();

    /// <summary>Under the lock.</summary>
    private readonly SortedSet<ManualTimer> _timers = new(ManualTimer.ByDueTime);
    private readonly DateTimeOffset _start;
    private long _elapsed;
    private long _sequence;
    private bool _advancing;

    /// <summary>Creates a clock that starts at 2000-01-01 00:00 UTC.</summary>
    public ManualTimeProvider()
        : this(new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>Creates a clock that starts at a time of your choice.</summary>
    /// <param name="start">The time that <see cref="GetUtcNow"/> returns until the clock is advanced.</param>
    public ManualTimeProvider(DateTimeOffset start) => _start = start.ToUniversalTime();

    /// <summary>The time zone of this clock.</summary>
    /// <value>Always UTC.</value>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>The number of timestamps in a second.</summary>
    /// <value>Always 10,000,000: one timestamp is one tick of <see cref="TimeSpan"/>.</value>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>
    /// The time at which the next timer is due; null if none is set. A timer that is due now or in the past fires with the next advance,
    /// even by zero.
    /// </summary>
    /// <remarks>To step from event to event: <c>while (clock.NextTimerDue is { } due) { clock.AdvanceTo(due); }</c>.</remarks>
    public DateTimeOffset? NextTimerDue
    {
        get
        {
            lock (_lock)
            {
                return _timers.Min is { } next ? _start.AddTicks(next.Due) : null;
            }
        }
    }

    /// <summary>Where work that this clock's users post runs: the thread pool unless a test supplies its own queue.</summary>
    internal WorkQueue WorkQueue { get; init; } = WorkQueue.ThreadPool;

    WorkQueue IWorkQueueSource.WorkQueue => WorkQueue;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _start.AddTicks(GetTimestamp());

    /// <summary>Ticks of 100 ns since the start: 0 until the clock is advanced.</summary>
    public override long GetTimestamp() => Interlocked.Read(ref _elapsed);

    /// <summary>
    /// Moves the clock and fires every timer that becomes due on the way, including those that callbacks create or change.
    /// </summary>
    /// <param name="by">The time by which the clock moves, zero or more. Zero fires the timers that are due now.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="by"/> is negative.</exception>
    /// <exception cref="InvalidOperationException">The clock is being advanced already: by another thread, or by the caller of this
    /// callback.</exception>
    /// <remarks>
    /// An exception of a callback is thrown here, and the clock then stands at that timer's due time. This method never returns if a
    /// callback always sets its timer to zero again.
    /// </remarks>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        AdvanceToTimestamp(GetTimestamp() + by.Ticks);
    }

    /// <summary>
    /// Advances the clock like <see cref="Advance"/>, to a point in time. A time in the past doesn't move the clock, and fires the timers
    /// that are due now, so you can always pass <see cref="NextTimerDue"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">The clock is being advanced already.</exception>
    public void AdvanceTo(DateTimeOffset utcNow) => AdvanceToTimestamp(Math.Max((utcNow - _start).Ticks, GetTimestamp()));

    /// <inheritdoc/>
    /// <remarks>
    /// As the system's timers, but exact: due times are not rounded to milliseconds. A due time of zero fires with the next advance, also
    /// by zero; it never fires here.
    /// <see cref="Timeout.InfiniteTimeSpan"/> as due time = not set; as period, or a period of zero, = once. Both are at most 4,294,967,294
    /// ms. Disposing does not wait for a running callback.
    /// </remarks>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        ManualTimer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    internal bool Schedule(ManualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
        {
            if (timer.IsDisposed)
            {
                return false;
            }

            _timers.Remove(timer);
            timer.Period = period;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                Add(timer, _elapsed + dueTime.Ticks);
            }

            return true;
        }
    }

    internal void Remove(ManualTimer timer)
    {
        lock (_lock)
        {
            timer.IsDisposed = true;
            _timers.Remove(timer);
        }
    }

    private void AdvanceToTimestamp(long target)
    {
        lock (_lock)
        {
            if (_advancing)
            {
                throw new InvalidOperationException("The clock is being advanced already.");
            }

            _advancing = true;
        }

        try
        {
            while (TakeNext(target) is { } timer)
            {
                timer.Fire();
            }
        }
        finally
        {
            lock (_lock)
            {
                _advancing = false;
            }
        }
    }

    private ManualTimer? TakeNext(long target)
    {
        lock (_lock)
        {
            if (_timers.Min is not { } next || next.Due > target)
            {
                Interlocked.Exchange(ref _elapsed, target);
                return null;
            }

            _timers.Remove(next);
            Interlocked.Exchange(ref _elapsed, Math.Max(_elapsed, next.Due));
            if (next.Period > TimeSpan.Zero)
            {
                Add(next, next.Due + next.Period.Ticks);
            }

            return next;
        }
    }

    private void Add(ManualTimer timer, long due)
    {
        timer.Due = due;
        timer.Sequence = _sequence++;
        _timers.Add(timer);
    }
}
