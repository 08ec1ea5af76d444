namespace Liveness.Tool.Doctor;

internal enum Severity
{
    /// <summary>Nothing is wrong now, but a dead peer would be found late, or never.</summary>
    Risk,

    /// <summary>Something is wrong now.</summary>
    Problem,
}
