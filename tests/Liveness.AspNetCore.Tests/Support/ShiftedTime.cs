namespace Liveness.AspNetCore.Tests;

/// <summary>The system's time, some time ago, until a test lets it pass: every timer then runs as if it had.</summary>
internal sealed class ShiftedTime(TimeSpan behind) : TimeProvider
{
    private readonly List<Action> _callbacks = [];
    private long _behind = behind.Ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(-Interlocked.Read(ref _behind));

    public override long GetTimestamp() => System.GetElapsedTime(0).Ticks - Interlocked.Read(ref _behind);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (_callbacks)
        {
            _callbacks.Add(() => callback(state));
        }

        return System.CreateTimer(callback, state, dueTime, period);
    }

    public void Pass(TimeSpan time)
    {
        Interlocked.Add(ref _behind, -time.Ticks);
        Action[] callbacks;
        lock (_callbacks)
        {
            callbacks = [.. _callbacks];
        }

        Array.ForEach(callbacks, callback => callback());
    }
}
