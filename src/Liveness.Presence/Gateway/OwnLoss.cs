namespace Liveness.Presence;

/// <summary>A loss that the store does not have yet.</summary>
/// <param name="At">By the own monotonic clock.</param>
/// <param name="Type">Its error type.</param>
/// <param name="Diagnosis">The name of its diagnosis.</param>
internal sealed record OwnLoss(TimeSpan At, string Type, string Diagnosis);
