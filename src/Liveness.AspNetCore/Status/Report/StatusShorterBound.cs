namespace Liveness.AspNetCore;

/// <summary>A bound that is shorter than the advised one, and what it would cost.</summary>
internal sealed record StatusShorterBound(double DetectWithinSeconds, long FalseAlarms, double AtMostOneInSeconds);
