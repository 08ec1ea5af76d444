namespace Liveness.AspNetCore;

/// <summary>A loss within the grace time.</summary>
internal readonly record struct HealthLoss(string Name, string? OwnId, ConnectionLoss Loss, TimeSpan Age);
