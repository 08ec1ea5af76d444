namespace Liveness.Tool.Conformance;

/// <summary>One line of a case: a verb, and what belongs to it.</summary>
internal sealed record CaseStep(string Verb, IReadOnlyList<string> Words)
{
    public override string ToString() => Words.Count == 0 ? Verb : $"{Verb} {string.Join(' ', Words)}";
}
