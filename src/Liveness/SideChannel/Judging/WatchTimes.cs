namespace Liveness;

/// <summary>The times by which one end of a side channel watches; all follow from T.</summary>
internal sealed class WatchTimes
{
    private static readonly TimeSpan s_shortestTick = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan s_longestTick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_wakeUpTime = TimeSpan.FromMilliseconds(20);

    /// <param name="detectWithin">T; <see cref="TimeSpan.MaxValue"/> = off.</param>
    public WatchTimes(TimeSpan detectWithin)
    {
        DetectWithin = detectWithin;
        Plan = new WitnessPlan(detectWithin);
        Tick = TimeSpan.FromTicks(Math.Clamp(detectWithin.Ticks / 16, s_shortestTick.Ticks, s_longestTick.Ticks));
        TimeSpan late = Tick + s_wakeUpTime;
        Margin = late < detectWithin / 8 ? late : detectWithin / 8;
    }

    /// <summary>T.</summary>
    public TimeSpan DetectWithin { get; }

    public WitnessPlan Plan { get; }

    /// <summary>Between two wake-ups.</summary>
    public TimeSpan Tick { get; }

    /// <summary>A verdict falls so much before its bound: a tick and the wake-up may come in between.</summary>
    public TimeSpan Margin { get; }

    /// <summary>Within this time of the last sign of life a loss is told.</summary>
    public TimeSpan Bound => Plan.Bound;

    /// <summary>For how long an answer may be outstanding.</summary>
    public TimeSpan AnswerTime => DetectWithin / 4;
}
