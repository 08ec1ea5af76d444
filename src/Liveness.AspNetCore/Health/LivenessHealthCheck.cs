using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Liveness.AspNetCore;

/// <summary>Gathers what there is to see; <see cref="HealthJudge"/> judges.</summary>
internal sealed class LivenessHealthCheck(
    ILivenessFactory factory,
    Absences absences,
    IOptionsMonitor<LivenessHealthCheckOptions> options,
    TimeProvider timeProvider) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        string check = context.Registration.Name;
        LivenessHealthCheckOptions current = options.Get(check);
        HashSet<string>? names = current.Names is { } chosen ? [.. chosen, .. current.CriticalNames] : null;
        HealthConnection[] connections = [.. factory.Connections.Where(connection => names?.Contains(connection.Name) != false).Select(connection => new HealthConnection(connection, connection.Monitor.GetSnapshot()))];
        HealthLoss[] losses =
        [
            .. factory.RecentLosses.Where(record => names?.Contains(record.Name) != false)
                .Select(record => new HealthLoss(record.Name, record.Loss, record.Age))
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
