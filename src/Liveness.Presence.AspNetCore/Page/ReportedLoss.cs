namespace Liveness.Presence.AspNetCore;

/// <summary>The last loss of a device in a report.</summary>
internal sealed record ReportedLoss(DateTimeOffset At, string Type, LossDiagnosis Diagnosis, string Gateway)
{
    public static ReportedLoss? Of(PresenceLoss? loss) =>
        loss is null ? null : new ReportedLoss(loss.At, loss.Type, loss.Diagnosis, loss.Gateway);
}
