namespace Liveness.Tool.Conformance;

/// <summary>The testee said that it does not do this.</summary>
internal sealed class UnsupportedException() : Exception("the testee ended with exit code 127: it does not do this");
