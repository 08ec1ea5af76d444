namespace Liveness;

/// <summary>How long TCP may at most wait before it repeats what was lost. Its timeouts double, so after an outage of half the bound the next repetition may come after the verdict.</summary>
internal static class RetransmissionPace
{
    /// <summary>The kernel takes no less (TCP_RTO_MAX_MS, Linux 6.15).</summary>
    private static readonly TimeSpan s_least = TimeSpan.FromSeconds(1);

    /// <summary>On a slower path an early repetition would be one in vain.</summary>
    /// <remarks>The round trip alone decides, without its variation: where acknowledgements get lost, a sample holds the wait for the next one. Measured at 30 % loss each way:
    /// round trip at most 0.4 s, with four times its variation up to 1.4 s and one time in seven over the half second, just where repetitions are needed.</remarks>
    private static readonly TimeSpan s_fastPath = TimeSpan.FromMilliseconds(500);

    /// <returns>A second where the bound is short, else an eighth of it; null = the kernel's own.</returns>
    public static TimeSpan? LongestTimeout(TimeSpan? roundTrip, TimeSpan bound, KernelLimits limits)
    {
        if (roundTrip is not { } measured || measured >= s_fastPath || bound == TimeSpan.MaxValue)
        {
            return null;
        }

        return OutlastsTheHeartbeat(s_least, bound, limits) ? s_least
            : bound / 8 > s_least && OutlastsTheHeartbeat(bound / 8, bound, limits) ? bound / 8
            : null;
    }

    /// <summary>The kernel gives up after a number of repetitions: shorter ones bring that nearer, and the verdict is the heartbeat's.</summary>
    private static bool OutlastsTheHeartbeat(TimeSpan longest, TimeSpan bound, KernelLimits limits) =>
        longest < limits.LongestRetransmissionTimeout
        && DetectionTimes.Retransmissions(limits.DataRetransmissions, DetectionTimes.ShortestRetransmissionTimeout, longest) > 1.25 * bound;
}
