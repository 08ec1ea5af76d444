using System.Text.Json;

namespace Liveness.Tool.IdleLimit;

/// <summary>For programs: a JSON document on one line. Pure.</summary>
internal static class IdleLimitJson
{
    public static string Write(IdleLimitReport report) => JsonSerializer.Serialize(
        new IdleLimitDocument(
            Version: 1,
            HostAndPort.Of(report.Request.Server),
            report.Server.ToString(),
            Seconds(report.Request.MaxIdle),
            report.Result.Verdict,
            Seconds(report.Result.AliveAfter),
            report.Result.ForgottenAfter is { } forgotten ? Seconds(forgotten) : null,
            report.Result.EndedAfter is { } ended ? Seconds(ended) : null,
            report.Result.How,
            report.Result.Strays,
            report.Result.TurnedAway,
            Seconds(report.Took),
            report.Holding is { } holding
                ? new HoldingJson(holding.IdleSeconds, holding.IntervalSeconds, holding.Probes, holding.UserTimeoutMilliseconds)
                : null,
            [.. report.Trials.Select(one => new TrialJson(Seconds(one.Idle), one.Outcome, one.Why))],
            Unknowable.Of(report)),
        IdleLimitJsonContext.Default.IdleLimitDocument);

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);
}
