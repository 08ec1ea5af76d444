using Liveness.KeepAlive;

namespace Liveness;

/// <summary>How long TCP may wait before it repeats what was lost. Its timeouts double, so after an outage of half the bound the next
/// repetition may come after the verdict;
/// and over IPv6 each timeout draws another of several equal paths, so that a connection outlives the death of one if enough of them fit
/// into the bound.</summary>
/// <param name="Longest">Null = the kernel's own, which doubles from the first on.</param>
/// <param name="Least">What is added to the round trip at least; null = the kernel's own.</param>
internal readonly record struct RetransmissionPace(TimeSpan? Longest, TimeSpan? Least)
{
    /// <summary>
    /// Measured with a path of two that is cut silently, and at 30 % loss each way: with T = 3 s and 50 ms, for every eight connections
    /// that the kernel's own 200 ms cost, one is lost.
    /// </summary>
    private const int TimeoutsInBound = 60;

    /// <summary>Longer than Linux delays an acknowledgement.</summary>
    private static readonly TimeSpan s_leastOfAll = TimeSpan.FromMilliseconds(50);

    /// <summary>The kernel takes no less (TCP_RTO_MAX_MS, Linux 6.15).</summary>
    private static readonly TimeSpan s_least = TimeSpan.FromSeconds(1);

    /// <summary>On a slower path an early repetition would be one in vain.</summary>
    /// <remarks>The round trip alone decides, without its variation: where acknowledgements get lost, a sample holds the wait for the next
    /// one. Measured at 30 % loss each way:
    /// round trip at most 0.4 s, with four times its variation up to 1.4 s and one time in seven over the half second, just where
    /// repetitions are needed.</remarks>
    private static readonly TimeSpan s_fastPath = TimeSpan.FromMilliseconds(500);

    /// <param name="roundTrip">The kernel's smoothed one; null = none yet.</param>
    /// <param name="bound">Within which the loss of the peer is to be known.</param>
    /// <param name="isQuiet">Little is sent. In a busy stream a wait for one late acknowledgement must not be taken for a loss: it would
    /// slow down.</param>
    /// <param name="limits">Of this system.</param>
    public static RetransmissionPace For(TimeSpan? roundTrip, TimeSpan bound, bool isQuiet, KernelLimits limits)
    {
        TimeSpan? longest = LongestTimeout(roundTrip, bound, limits);
        return new RetransmissionPace(longest, longest is not null && isQuiet ? LeastTimeout(bound) : null);
    }

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

    private static TimeSpan? LeastTimeout(TimeSpan bound)
    {
        TimeSpan least = bound / TimeoutsInBound;
        return least < s_leastOfAll ? s_leastOfAll
            : least < DetectionTimes.ShortestRetransmissionTimeout ? least
            : null;
    }

    /// <summary>
    /// The kernel gives up after a number of repetitions: shorter ones bring that nearer, and the verdict is the heartbeat's.
    /// </summary>
    private static bool OutlastsTheHeartbeat(TimeSpan longest, TimeSpan bound, KernelLimits limits) =>
        longest < limits.LongestRetransmissionTimeout
        && DetectionTimes.Retransmissions(limits.DataRetransmissions, DetectionTimes.ShortestRetransmissionTimeout, longest) > 1.25 * bound;
}
