namespace Liveness.Tests;

/// <summary>The clock of one process: its timers wait while it is stopped.</summary>
internal sealed class JudgeClock(JudgeNet net) : TimeProvider, IWorkQueueSource
{
    private readonly ManualWorkQueue _queue = new();
    private readonly List<Action> _held = [];
    private Instant _stoppedAt = Instant.Never;

    public bool Runs => _stoppedAt == Instant.Never;

    public PauseLedger Pauses { get; private set; } = PauseLedger.Empty;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    WorkQueue IWorkQueueSource.WorkQueue => _queue;

    public override long GetTimestamp() => net.Now.Ticks;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + TimeSpan.FromTicks(net.Now.Ticks);

    /// <summary>Now, or when it runs again; and whatever that posts.</summary>
    public void Run(Action action)
    {
        if (!Runs)
        {
            _held.Add(action);
            return;
        }

        action();
        _queue.RunAll();
    }

    public void Stop() => _stoppedAt = Instant.Min(_stoppedAt, net.Now);

    public void Resume()
    {
        Pauses = Pauses.Add(_stoppedAt, net.Now);
        _stoppedAt = Instant.Never;
        List<Action> held = [.. _held];
        _held.Clear();
        held.ForEach(Run);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Timer timer = new(this, net, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(JudgeClock clock, JudgeNet net, Action callback) : ITimer
    {
        private int _version;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            int version = ++_version;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                net.After(dueTime, () => clock.Run(() =>
                {
                    if (version == _version)
                    {
                        callback();
                    }
                }));
            }

            return true;
        }

        public void Dispose() => _version++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
