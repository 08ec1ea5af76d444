namespace Liveness;

/// <summary>What one look at a connection came to.</summary>
/// <param name="Loss">The verdict; null = none.</param>
/// <param name="ProbePoolLag">A silence has begun: ask at once how far the thread pool is behind.</param>
/// <param name="Witness">What the transport said, where it was asked.</param>
internal readonly record struct Judgement(LossKind? Loss, bool ProbePoolLag, WitnessReading? Witness);
