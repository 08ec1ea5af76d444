namespace Liveness.Tool.Doctor;

/// <summary>What one look has found.</summary>
/// <param name="Connections">Listeners too.</param>
/// <param name="Unseen">What could not be looked at, a plain sentence each.</param>
/// <param name="IsPartial">Some of it had been asked for: that no problem was found does not say that there is none.</param>
/// <param name="Took">How long the look took.</param>
internal sealed record Survey(IReadOnlyList<SurveyedSocket> Connections, IReadOnlyList<string> Unseen, bool IsPartial, TimeSpan Took)
{
    public int ExitCode => Problems > 0 ? ExitCodes.Found : IsPartial ? ExitCodes.Partial : ExitCodes.Ok;

    public int Problems => Count(Severity.Problem);

    public int Risks => Count(Severity.Risk);

    private int Count(Severity severity) => Connections.Sum(one => one.Findings.Count(finding => finding.Severity == severity));
}
