namespace Liveness.Tool.IdleLimit;

/// <summary>What one connection has shown.</summary>
/// <param name="Idle">How long nothing had come or gone when it was probed, or until the other side did something.</param>
internal readonly record struct Trial(TimeSpan Idle, TrialOutcome Outcome)
{
    /// <summary>In words; null where the outcome says it all.</summary>
    public string? Why { get; init; }

    /// <summary>As the kernel measured it; null = it did not.</summary>
    public TimeSpan? RoundTrip { get; init; }

    /// <summary>The path, or an end of it, knew the connection no longer.</summary>
    public bool IsForgotten => Outcome is TrialOutcome.Silent or TrialOutcome.Reset;

    /// <summary>The other side did not let it be idle for longer.</summary>
    public bool IsEnded =>
        Outcome is TrialOutcome.Closed or TrialOutcome.Aborted or TrialOutcome.ServerSpoke or TrialOutcome.ServerProbed;
}
