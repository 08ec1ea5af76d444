namespace Liveness.Tool.Conformance;

/// <summary>A whole run, for all forms of the report.</summary>
/// <param name="Testee">How it was reached or started.</param>
/// <param name="Results">In the order of the cases.</param>
/// <param name="Took">The whole run.</param>
internal sealed record ConformanceReport(string Testee, IReadOnlyList<CaseResult> Results, TimeSpan Took)
{
    public int Count(Verdict verdict) => Results.Count(result => result.Verdict == verdict);

    public string Summary => FormattableString.Invariant(
        $"{Results.Count} cases in {Took.TotalSeconds:0.0} s: {Count(Verdict.Ok)} ok, {Count(Verdict.NonStrict)} non-strict, ")
        + $"{Count(Verdict.Failed)} failed, {Count(Verdict.Unsupported)} unsupported";

    public static string NameOf(Verdict verdict) => verdict switch
    {
        Verdict.Ok => "OK",
        Verdict.NonStrict => "NON-STRICT",
        Verdict.Failed => "FAILED",
        _ => "UNSUPPORTED",
    };
}
