namespace Liveness.Tool.Advise;

/// <summary>A bound that is shorter than the advised one.</summary>
internal sealed record ShorterBound(double DetectWithinSeconds, long FalseAlarms, double AtMostOneInSeconds);
