namespace Liveness;

/// <summary>
/// One <see cref="DetectWithin"/> and all that follows from it for one end, before the peer's wishes are known. What RATE changes on a
/// running connection.
/// </summary>
internal sealed record HeartbeatRate
{
    private HeartbeatRate(TimeSpan detectWithin, int missedBeats, TimeSpan interval, WireIntervals wire)
    {
        DetectWithin = detectWithin;
        MissedBeats = missedBeats;
        Interval = interval;
        Wire = wire;
    }

    public TimeSpan DetectWithin { get; }

    /// <summary>How many beats in a row may be missed: one more interval of silence is a loss.</summary>
    public int MissedBeats { get; }

    /// <summary>How often this end wants to hear the peer; <see cref="TimeSpan.MaxValue"/> where nothing is judged.</summary>
    public TimeSpan Interval { get; }

    public WireIntervals Wire { get; }

    public bool Judges => Wire.WantsBeats;

    /// <summary>How finely this connection is timed.</summary>
    public TimeSpan Tick => HeartbeatRules.Tick(DetectWithin);

    public static HeartbeatRate Derive(TimeSpan detectWithin, TimeSpan minTransmitInterval, TimeSpan? minReceiveInterval)
    {
        uint minTx = (uint)Math.Ceiling(minTransmitInterval.TotalMilliseconds);
        if (detectWithin == Timeout.InfiniteTimeSpan)
        {
            TimeSpan floor = minReceiveInterval ?? HeartbeatDefaults.MinReceiveInterval;
            return new HeartbeatRate(TimeSpan.MaxValue, 0, TimeSpan.MaxValue, new WireIntervals(0, (uint)floor.TotalMilliseconds, minTx));
        }

        int missedBeats = AllowedMisses(detectWithin);
        TimeSpan interval = detectWithin / (missedBeats + 1);
        uint rx = (uint)interval.TotalMilliseconds;
        uint minRx = Math.Min(rx, (uint)(minReceiveInterval ?? HeartbeatDefaults.MinReceiveInterval).TotalMilliseconds);
        return new HeartbeatRate(detectWithin, missedBeats, interval, new WireIntervals(rx, minRx, minTx));
    }

    /// <summary>Three, but so many that beats are about a second apart up to 10 s, and nine beyond: one lost segment costs TCP a
    /// retransmission timeout that doubles, so a longer bound must hold more chances, not longer gaps.</summary>
    public static int AllowedMisses(TimeSpan detectWithin) => Math.Clamp((int)Math.Ceiling(detectWithin.TotalSeconds) - 1, 3, 9);
}
