namespace Liveness.Presence;

/// <summary>What the store holds of a loss.</summary>
/// <param name="At">The store's time, in milliseconds.</param>
/// <param name="Type">Its error type.</param>
/// <param name="Diagnosis">The name of its diagnosis.</param>
/// <param name="Gateway">That had the connection.</param>
internal sealed record LossData(long At, string Type, string Diagnosis, string Gateway);
