namespace Liveness.Tool.IdleLimit;

internal sealed record TrialJson(double IdleSeconds, TrialOutcome Outcome, string? Why);
