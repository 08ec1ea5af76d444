using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Liveness.AspNetCore;

/// <summary>Gathers what there is to see; <see cref="HealthJudge"/> judges.</summary>
internal sealed class LivenessHealthCheck(
    ILivenessFactory factory,
    Absences absences,
    HealthSettingsInForce settings,
    TimeProvider timeProvider) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        string check = context.Registration.Name;
        HealthSettings current = settings.Get(check);
        HealthConnection[] connections =
        [
            .. factory.Connections.Where(connection => current.Covers(connection.Name))
                .Select(connection => new HealthConnection(connection, connection.Monitor.GetSnapshot())),
        ];
        HealthLoss[] losses =
        [
            .. factory.RecentLosses.Where(record => current.Covers(record.Name))
                .Select(record => new HealthLoss(record.Name, record.OwnId, record.Loss, record.Age))
                .Where(loss => loss.Age < current.GraceTime),
        ];
        Dictionary<string, TimeSpan> absent = [];
        foreach (string critical in current.CriticalNames)
        {
            bool isThere = connections.Any(connection => connection.Name == critical && connection.IsLive);
            if (absences.Note(check, critical, isThere, timeProvider) is { } duration)
            {
                absent[critical] = duration;
            }
        }

        return Task.FromResult(HealthJudge.Judge(connections, losses, absent, current.GraceTime, context.Registration.FailureStatus));
    }
}
