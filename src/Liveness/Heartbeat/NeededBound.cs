namespace Liveness;

/// <summary>
/// What a living connection has shown, as the shortest DetectWithin under which nobody would have been told that it is dead. Pure.
/// </summary>
/// <remarks>Every rule is on the safe side: but for pauses of this process, what would have put a verdict off (our own reader that is
/// behind, a hole that is repaired) is left out.</remarks>
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
    /// <param name="timing">As it was agreed then. Finite.</param>
    public static TimeSpan OfSilence(TimeSpan silence, HeartbeatTiming timing)
    {
        double intervals = Math.Min(timing.Bound / timing.ReceiveInterval, FewestIntervals);
        TimeSpan needed = silence / HeartbeatRules.ShareForLateness(intervals);

        // The bound in force has stood it.
        return silence < timing.Deadline ? Durations.Shorter(needed, timing.Bound) : needed;
    }

    /// <summary>What the peer says that it has not received of us in time: a way out that is slow, and not dead.</summary>
    public static TimeSpan OfMissed(TimeSpan missed) =>
        missed > TimeSpan.Zero ? missed / HeartbeatRules.MissedShareWhenAsked : TimeSpan.Zero;

    public static TimeSpan OfRoundTrip(TimeSpan roundTrip) => roundTrip * RoundTripsPerBound;
}
