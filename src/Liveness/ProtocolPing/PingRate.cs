namespace Liveness.ProtocolPing;

/// <summary>One <see cref="DetectWithin"/> and all that follows from it, where only this end knows of it.</summary>
internal sealed record PingRate
{
    private PingRate(TimeSpan detectWithin, TimeSpan interval)
    {
        DetectWithin = detectWithin;
        Tick = HeartbeatRules.Tick(detectWithin);
        Timing = HeartbeatTiming.OfPings(interval, detectWithin, Tick);
    }

    /// <summary><see cref="TimeSpan.MaxValue"/> where nothing is judged.</summary>
    public TimeSpan DetectWithin { get; }

    public HeartbeatTiming Timing { get; }

    /// <summary>How finely this connection is timed.</summary>
    public TimeSpan Tick { get; }

    public bool Judges => DetectWithin != TimeSpan.MaxValue;

    /// <summary>After how much silence the peer is asked.</summary>
    public TimeSpan Interval => Timing.ReceiveInterval;

    /// <param name="detectWithin">Valid, or infinite.</param>
    /// <param name="pingInterval">Gives way to a shorter <paramref name="detectWithin"/>; null = what follows from that.</param>
    public static PingRate Derive(TimeSpan detectWithin, TimeSpan? pingInterval)
    {
        if (detectWithin == Timeout.InfiniteTimeSpan)
        {
            return new PingRate(TimeSpan.MaxValue, TimeSpan.MaxValue);
        }

        bool fits = pingInterval <= detectWithin / ProtocolHeartbeatDefaults.LongestIntervalDivisor;
        return new PingRate(detectWithin, fits ? pingInterval!.Value : detectWithin / ProtocolHeartbeatDefaults.IntervalDivisor);
    }
}
