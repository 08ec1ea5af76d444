namespace Liveness.Tool.Conformance;

/// <summary>A case in the JSON document.</summary>
internal sealed record JsonCase(
    string Id,
    string Name,
    string Section,
    string Verdict,
    string? Why,
    double Seconds,
    int Times,
    string[] Steps,
    IReadOnlyList<string> Transcript)
{
    public static JsonCase Of(CaseResult result) => new(
        result.Case.Id,
        result.Case.Name,
        result.Case.Section,
        ConformanceReport.NameOf(result.Verdict),
        result.Why,
        result.Took.TotalSeconds,
        result.Times,
        [.. result.Case.Steps.Select(step => step.ToString())],
        result.Transcript);
}
