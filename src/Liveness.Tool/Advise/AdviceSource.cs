namespace Liveness.Tool.Advise;

/// <summary>One process, and all that it advises.</summary>
/// <param name="Source">As it was given.</param>
internal sealed record AdviceSource(string Source, IReadOnlyList<NamedAdvice> Advice);
