namespace Liveness.Presence;

/// <summary>What becomes of a <see cref="LeaseRequest"/>.</summary>
internal enum LeaseOutcome
{
    /// <summary>Another run has it.</summary>
    Refused = 0,

    /// <summary>It was there, and is renewed.</summary>
    Renewed,

    /// <summary>There was none: it is taken.</summary>
    Taken,
}
