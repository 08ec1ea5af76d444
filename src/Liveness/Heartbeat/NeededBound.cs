namespace Liveness;

/// <summary>
/// What a living connection has shown, as the shortest DetectWithin under which nobody would have been told that it is dead. Pure.
/// </summary>
/// <remarks>Every rule is on the safe side: but for pauses and the lag of this process, what would have put a verdict off is left
/// out.</remarks>
internal static class NeededBound
{
    /// <summary>A question and its answer fit twice into the bound: one of them may be lost.</summary>
    private const int RoundTripsPerBound = 2;

    /// <summary>Short bounds have no more.</summary>
    private const double FewestIntervals = 4;

    /// <summary>
    /// The whole silence counts, also what the interval explains: an outage that no beat fell into is not seen, and with a shorter interval
    /// one would. It may come on top of that interval.
    /// </summary>
    /// <param name="silence">That has ended. Without our own pauses.</param>
    /// <param name="health">Of this process: while its thread pool is behind, what has arrived waits.</param>
    /// <param name="timing">As it was agreed then. Finite.</param>
    public static TimeSpan OfSilence(TimeSpan silence, in LocalHealth health, HeartbeatTiming timing)
    {
        silence = Durations.Longer(silence - health.PoolLag, TimeSpan.Zero);
        double intervals = Math.Min(timing.Bound / timing.ReceiveInterval, FewestIntervals);
        TimeSpan needed = silence / HeartbeatRules.ShareForLateness(intervals);

        // The bound in force has stood it.
        return silence < timing.Deadline ? Durations.Shorter(needed, timing.Bound) : needed;
    }

    /// <summary>What the peer says that it has not received of us in time: a way out that is slow, and not dead.</summary>
    public static TimeSpan OfMissed(TimeSpan missed) =>
        missed > TimeSpan.Zero ? missed / HeartbeatRules.MissedShareWhenAsked : TimeSpan.Zero;

    /// <param name="roundTrip">That has just ended. Pauses of our own are in it.</param>
    /// <param name="now">The present.</param>
    /// <param name="health">Of this process.</param>
    public static TimeSpan OfRoundTrip(TimeSpan roundTrip, Instant now, in LocalHealth health) =>
        Durations.Longer(health.Pauses.RunningTime(now - roundTrip, now) - health.PoolLag, TimeSpan.Zero) * RoundTripsPerBound;
}
