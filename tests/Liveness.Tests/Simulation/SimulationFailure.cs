namespace Liveness.Tests.Simulation;

/// <summary>An invariant does not hold; the message says which, and how to see it again.</summary>
internal sealed class SimulationFailure(string message) : Exception(message);
