namespace Liveness.Tests.Simulation;

/// <summary>An invariant does not hold; the message says which, and how to see it again.</summary>
public sealed class SimulationFailedException(string message) : Exception(message);
