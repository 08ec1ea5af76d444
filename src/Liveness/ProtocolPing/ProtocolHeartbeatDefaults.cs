namespace Liveness.ProtocolPing;

/// <summary>What <see cref="ProtocolHeartbeatOptions"/> have of their own; everything else is <see cref="HeartbeatDefaults"/>.</summary>
internal static class ProtocolHeartbeatDefaults
{
    /// <summary>The default interval is DetectWithin divided by this. A ping costs a foreign server work, and TCP itself repeats one that
    /// is lost: a third of the time to ask, and two thirds for the answer.</summary>
    public const int IntervalDivisor = 3;

    /// <summary>
    /// The longest interval is DetectWithin divided by this: suspicion, at one and a half of it, is to leave a quarter of the time for the
    /// second ping.
    /// </summary>
    public const int LongestIntervalDivisor = 2;

    /// <summary>Silence before a ping from which on its answer is taken for a measured round trip, at most.</summary>
    public static readonly TimeSpan IdleLine = TimeSpan.FromSeconds(1);
}
