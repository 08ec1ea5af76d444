namespace Liveness.Tool.Conformance;

/// <summary>The testee did what it must not, or did not what it must.</summary>
internal sealed class CaseFailedException(string message) : Exception(message);
