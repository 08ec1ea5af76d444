namespace Liveness.Tests.Simulation;

internal enum ScheduleKind
{
    /// <summary>Nothing happens that may end in a loss.</summary>
    Healthy,

    /// <summary>As healthy, until the link is cut.</summary>
    Cut,

    /// <summary>Stalls and frozen peers that may be longer than a bound: whatever is judged must be true.</summary>
    Harsh,
}
