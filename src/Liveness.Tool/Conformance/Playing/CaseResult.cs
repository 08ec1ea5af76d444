namespace Liveness.Tool.Conformance;

/// <summary>One case, played.</summary>
/// <param name="Case">Which.</param>
/// <param name="Verdict">What became of it.</param>
/// <param name="Why">Of every verdict but Ok.</param>
/// <param name="Took">How long.</param>
/// <param name="Transcript">The bytes both ways.</param>
internal sealed record CaseResult(ConformanceCase Case, Verdict Verdict, string? Why, TimeSpan Took, IReadOnlyList<string> Transcript);
