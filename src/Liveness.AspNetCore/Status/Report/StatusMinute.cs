namespace Liveness.AspNetCore;

/// <summary>One minute of the last hour.</summary>
/// <param name="StartedSecondsAgo">When it began.</param>
/// <param name="Losses">Null = the application did not run yet, or the factory does not count.</param>
/// <param name="RoundTripP50Seconds">Half of the round trips were at most so long; null = none was measured.</param>
/// <param name="RoundTripP95Seconds">95 of a hundred.</param>
/// <param name="RoundTripP99Seconds">99 of a hundred.</param>
internal sealed record StatusMinute(
    double StartedSecondsAgo, long? Losses, double? RoundTripP50Seconds, double? RoundTripP95Seconds, double? RoundTripP99Seconds);
