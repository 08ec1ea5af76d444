using System.Text.Json;

namespace Liveness.Tool.Doctor;

/// <summary>One look, for programs: a JSON document on one line. Pure.</summary>
internal static class JsonReport
{
    /// <param name="time">With <c>--watch</c>: when it was.</param>
    public static string Write(Survey survey, DateTimeOffset? time = null) => JsonSerializer.Serialize(
        new SurveyJson(
            Version: 1,
            time,
            Math.Round(survey.Took.TotalMilliseconds, 1),
            survey.Connections.Count(Surveyor.IsConnection),
            survey.Problems,
            survey.Risks,
            [.. survey.Connections.Where(one => one.Findings.Count > 0).Select(Of)],
            survey.Unseen,
            survey.IsPartial),
        DoctorJsonContext.Default.SurveyJson);

    private static SocketJson Of(SurveyedSocket one) => new(
        one.Process?.Id,
        one.Process?.Name,
        one.Socket.UserId,
        one.Socket.Local.ToString(),
        one.Socket.Remote.ToString(),
        TextReport.StateOf(one.Socket.State),
        one.Namespace,
        [.. one.Findings.Select(finding => new FindingJson(
            finding.Kind, finding.Severity, finding.For is { } age ? Math.Round(age.TotalSeconds, 3) : null, finding.Text))]);
}
