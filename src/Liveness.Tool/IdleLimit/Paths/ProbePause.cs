namespace Liveness.Tool.IdleLimit;

/// <summary>How long to wait before a probe is repeated. Pure.</summary>
internal static class ProbePause
{
    private static readonly TimeSpan s_unit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(10);

    /// <returns>Twice the round trip, in whole seconds as the kernel wants it, and at least one.</returns>
    public static TimeSpan For(TimeSpan? roundTrip)
    {
        TimeSpan seconds = s_unit * Math.Ceiling(2 * (roundTrip ?? TimeSpan.Zero) / s_unit);
        return Durations.Shorter(s_longest, Durations.Longer(s_unit, seconds));
    }
}
