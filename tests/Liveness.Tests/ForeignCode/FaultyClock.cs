namespace Liveness.Tests.ForeignCode;

/// <summary>The system's clock at a thousand a second, until it fails.</summary>
internal sealed class FaultyClock(ClockFault fault) : TimeProvider
{
    public const long Frequency = 1_000;

    public volatile bool Fails;

    public override long TimestampFrequency => If(ClockFault.ThrowsInTimestampFrequency) ? 0 : Frequency;

    public override long GetTimestamp() => If(ClockFault.ThrowsInGetTimestamp) ? 0 : (long)System.GetElapsedTime(0).TotalMilliseconds;

    public override DateTimeOffset GetUtcNow() => If(ClockFault.ThrowsInGetUtcNow) ? default : base.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        If(ClockFault.ThrowsInCreateTimer) ? null! : new Timer(this, base.CreateTimer(callback, state, dueTime, period));

    /// <returns>True = it answers as if nobody had set it up.</returns>
    private bool If(ClockFault here)
    {
        if (Fails && fault == here)
        {
            throw new InvalidOperationException($"A clock {fault}.");
        }

        return Fails && fault == ClockFault.AnswersZeroAndNull;
    }

    private sealed class Timer(FaultyClock clock, ITimer inner) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock.If(ClockFault.ThrowsInChange);
            return inner.Change(dueTime, period);
        }

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
