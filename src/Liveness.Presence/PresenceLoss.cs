namespace Liveness.Presence;

/// <summary>The last loss of a device.</summary>
/// <param name="At">When its gateway found the connection lost, by the clock of the store.</param>
/// <param name="Type">The type of the loss, as <see cref="ConnectionLoss.ErrorType"/>.</param>
/// <param name="Diagnosis">What it most likely means; <see cref="LossDiagnosis.Unknown"/> also stands for a value that this version doesn't
/// know.</param>
/// <param name="Gateway">The gateway that had the connection.</param>
public sealed record PresenceLoss(DateTimeOffset At, string Type, LossDiagnosis Diagnosis, string Gateway);
