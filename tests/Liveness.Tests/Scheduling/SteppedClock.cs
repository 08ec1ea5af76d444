namespace Liveness.Tests.Scheduling;

/// <summary>A clock that the test moves; its timers and its work run inside <see cref="Advance"/>. Single-threaded.</summary>
internal sealed class SteppedClock : TimeProvider, IWorkQueueSource
{
    private readonly List<Timer> _timers = [];
    private long _now = TimeSpan.FromHours(1).Ticks;

    public ManualWorkQueue Work { get; } = new();

    WorkQueue IWorkQueueSource.WorkQueue => Work;

    /// <summary>Timers count in whole milliseconds and cut the rest off, as the timers of the system do.</summary>
    public bool WholeMilliseconds { get; init; }

    public int TimersSet { get; private set; }

    public TimeSpan LongestDelay { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public Instant Now => new(_now);

    public override long GetTimestamp() => _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Timer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        _timers.Add(timer);
        return timer;
    }

    public void Advance(TimeSpan span)
    {
        long end = _now + span.Ticks;
        Work.RunAll();
        while (_timers.MinBy(timer => timer.Due) is { } next && next.Due <= end)
        {
            _now = Math.Max(_now, next.Due);
            next.Fire();
            Work.RunAll();
        }

        _now = end;
    }

    private sealed class Timer(SteppedClock clock, TimerCallback callback, object? state) : ITimer
    {
        public long Due { get; private set; } = long.MaxValue;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == Timeout.InfiniteTimeSpan)
            {
                Due = long.MaxValue;
                return true;
            }

            clock.TimersSet++;
            clock.LongestDelay = dueTime > clock.LongestDelay ? dueTime : clock.LongestDelay;
            long ticks = clock.WholeMilliseconds ? dueTime.Ticks / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond : dueTime.Ticks;
            Due = clock._now + ticks;
            return true;
        }

        public void Fire()
        {
            Due = long.MaxValue;
            callback(state);
        }

        public void Dispose() => Due = long.MaxValue;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
