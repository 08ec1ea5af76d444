namespace Liveness.SideChannel;

/// <summary>The times by which one end of a side channel watches; all follow from T.</summary>
internal sealed class WatchTimes
{
    /// <param name="detectWithin">T; <see cref="TimeSpan.MaxValue"/> = off.</param>
    public WatchTimes(TimeSpan detectWithin)
    {
        DetectWithin = detectWithin;
        Plan = new WitnessPlan(detectWithin);
        Tick = HeartbeatRules.Tick(detectWithin);
        Margin = HeartbeatRules.Margin(detectWithin, Tick);
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
