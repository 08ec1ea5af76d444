namespace Liveness.Tool.Conformance;

/// <summary>A whole run, for all forms of the report.</summary>
/// <param name="Testee">How it was reached or started.</param>
/// <param name="Results">In the order of the cases.</param>
/// <param name="Took">The whole run.</param>
internal sealed record ConformanceReport(string Testee, IReadOnlyList<CaseResult> Results, TimeSpan Took)
{
    /// <summary>What is there until the run is over: a failure, or else a run that was broken off would look as if all were well.</summary>
    public static ConformanceReport Unfinished(string testee) => new(
        testee,
        [
            new CaseResult(
                new ConformanceCase("0", "the-run-is-not-finished", "0", []),
                Verdict.Failed,
                "not finished: the run goes on, or it was broken off",
                TimeSpan.Zero,
                [],
                IsTimeless: true),
        ],
        TimeSpan.Zero);

    public int Count(Verdict verdict) => Results.Count(result => result.Verdict == verdict);

    public string Summary => FormattableString.Invariant(
        $"{Results.Count} cases in {Took.TotalSeconds:0.0} s: {Count(Verdict.Ok)} ok, {Count(Verdict.NonStrict)} non-strict, ")
        + $"{Count(Verdict.Failed)} failed, {Count(Verdict.Unsupported)} unsupported"
        + (Count(Verdict.NotPlayed) is > 0 and int left ? $", {left} not played" : "");

    public static string NameOf(Verdict verdict) => verdict switch
    {
        Verdict.Ok => "OK",
        Verdict.NonStrict => "NON-STRICT",
        Verdict.Failed => "FAILED",
        Verdict.NotPlayed => "NOT-PLAYED",
        _ => "UNSUPPORTED",
    };
}
