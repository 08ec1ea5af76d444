using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Liveness.Presence.AspNetCore;

/// <summary>Gathers what there is to see; <see cref="PresenceHealthJudge"/> judges.</summary>
internal sealed class PresenceHealthCheck(
    PresenceAgent agent, IPresence presence, PresenceTroubles troubles, PresenceHealthCheckOptions options, TimeProvider timeProvider)
    : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        PresenceHealth health = agent.State is { } state
            ? PresenceHealthJudge.Describe(state)
            : await AskAsync(cancellationToken).ConfigureAwait(false);
        TimeSpan? lasted = troubles.Note(context.Registration.Name, health.Trouble is not null, timeProvider);
        return PresenceHealthJudge.Judge(health, lasted, options.UnhealthyAfter, context.Registration.FailureStatus);
    }

    /// <summary>Whoever only looks has nobody else to ask; not longer than its own settings leave for an answer.</summary>
    private async Task<PresenceHealth> AskAsync(CancellationToken cancellationToken)
    {
        TimeSpan allowed = agent.Settings.RoundTrip;
        try
        {
            return PresenceHealthJudge.Describe(await presence.GatewaysAsync(cancellationToken)
                .WaitAsync(allowed, timeProvider, cancellationToken).ConfigureAwait(false));
        }
        catch (PresenceStoreException failure)
        {
            return new PresenceHealth(failure.Message.TrimEnd('.'), "", new Dictionary<string, object>());
        }
        catch (TimeoutException)
        {
            return new PresenceHealth(
                $"the presence store does not answer within {PresenceText.Seconds(allowed)}", "", new Dictionary<string, object>());
        }
    }
}
