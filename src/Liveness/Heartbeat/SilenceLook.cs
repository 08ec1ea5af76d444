namespace Liveness;

/// <summary>What one look at a silence came to.</summary>
/// <param name="Loss">The verdict; null = none.</param>
/// <param name="HeardAt">The kernel has heard the peer after all; null = it has not.</param>
/// <param name="ProbeIsDue">The peer may be asked again.</param>
internal readonly record struct SilenceLook(LossKind? Loss, Instant? HeardAt, bool ProbeIsDue);
