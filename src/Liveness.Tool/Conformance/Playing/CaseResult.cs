namespace Liveness.Tool.Conformance;

/// <summary>One case, played.</summary>
/// <param name="Case">Which.</param>
/// <param name="Verdict">What became of it.</param>
/// <param name="Why">Of every verdict but Ok.</param>
/// <param name="Took">How long.</param>
/// <param name="Transcript">The bytes both ways.</param>
/// <param name="IsTimeless">What is wrong would be so at any time: a frame that breaks a rule, say.</param>
internal sealed record CaseResult(
    ConformanceCase Case, Verdict Verdict, string? Why, TimeSpan Took, IReadOnlyList<string> Transcript, bool IsTimeless)
{
    /// <summary>How often it was played, the last of which counts.</summary>
    public int Times { get; init; } = 1;

    /// <summary>What it was played against; null where it was not played.</summary>
    public PlayedOn? On { get; init; }

    /// <summary>For people: why, and how often it was played if that was more than once. Null = there is nothing to say.</summary>
    public string? Told => Times == 1 ? Why : Why is null ? $"played {Times} times" : $"{Why} (played {Times} times)";

    /// <summary>The testee died in it.</summary>
    public bool IsCrash { get; init; }

    /// <summary>It may have gone wrong because the machine was busy.</summary>
    public bool MayBeTheMachine => !IsTimeless && Verdict is (Verdict.Failed or Verdict.NonStrict);
}
