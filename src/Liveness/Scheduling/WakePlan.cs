namespace Liveness;

/// <summary>When the scheduler's thread wakes next.</summary>
internal static class WakePlan
{
    /// <summary>
    /// The earliest of: one tick from now (pauses are found by it), the next entry at its exact time, the next probe of the pool.
    /// </summary>
    public static Instant Next(Instant now, TimeSpan tick, Instant nextDue, Instant nextProbe) =>
        Instant.Max(now, Instant.Min(now + tick, Instant.Min(nextDue, nextProbe)));

    /// <summary>
    /// Waits take whole milliseconds: rounded up, so that a thread never wakes just before its time and spins; at most 1 ms late.
    /// </summary>
    public static int WaitMilliseconds(Instant now, Instant wake) =>
        wake <= now ? 0 : (int)Math.Min(int.MaxValue, Math.Ceiling((wake - now).TotalMilliseconds));
}
