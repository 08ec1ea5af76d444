namespace Liveness;

/// <summary>A name that settings were registered for.</summary>
internal sealed record LivenessName(string Name);
