namespace Liveness.AspNetCore;

/// <summary>One measurement, in words.</summary>
internal sealed record StatusFact(string Label, string Value);
