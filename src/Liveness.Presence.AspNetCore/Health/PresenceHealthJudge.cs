using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Liveness.Presence.AspNetCore;

/// <summary>What the standing of this process amounts to. Pure.</summary>
internal static class PresenceHealthJudge
{
    /// <summary>Of a process that has connections.</summary>
    public static PresenceHealth Describe(GatewayState state)
    {
        string gateway = $"gateway \"{state.Gateway}\"";
        string? trouble = state.Standing switch
        {
            GatewayStanding.Registered => null,
            GatewayStanding.Refused => $"another process is registered as {gateway}: this one writes nothing",
            GatewayStanding.Resyncing => $"{gateway} writes its part of the store anew",
            _ => $"{gateway} has not heard of the presence store within its lease: others see it as silent",
        };
        return new PresenceHealth(
            trouble,
            string.Create(CultureInfo.InvariantCulture, $"{gateway} is registered, {state.Connections} connections"),
            new Dictionary<string, object>
            {
                ["gateway"] = state.Gateway,
                ["standing"] = state.Standing.ToString(),
                ["connections"] = state.Connections,
                ["pendingChanges"] = state.PendingChanges,
            });
    }

    /// <summary>Of a process that only looks. Gateways that are silent are no trouble of this process.</summary>
    public static PresenceHealth Describe(IReadOnlyList<GatewayPresence> gateways)
    {
        int silent = gateways.Count(static gateway => gateway.Status == GatewayStatus.Silent);
        return new PresenceHealth(
            null,
            string.Create(CultureInfo.InvariantCulture, $"the presence store answers: {gateways.Count} gateways, {silent} silent"),
            new Dictionary<string, object> { ["gateways"] = gateways.Count, ["silentGateways"] = silent });
    }

    /// <param name="health">What was found.</param>
    /// <param name="lasted">Since the first check that found something wrong; null = nothing is wrong.</param>
    /// <param name="unhealthyAfter">Of the options.</param>
    /// <param name="failureStatus">Of the registration.</param>
    public static HealthCheckResult Judge(
        PresenceHealth health, TimeSpan? lasted, TimeSpan? unhealthyAfter, HealthStatus failureStatus)
    {
        if (lasted is not { } duration || health.Trouble is not { } trouble)
        {
            return new HealthCheckResult(HealthStatus.Healthy, health.Well, data: health.Data);
        }

        Dictionary<string, object> data = new(health.Data) { ["lasted"] = duration };
        string words = string.Create(CultureInfo.InvariantCulture, $"{trouble}, for {duration.TotalSeconds:0.#} s");
        return new HealthCheckResult(duration >= unhealthyAfter ? failureStatus : HealthStatus.Degraded, words, data: data);
    }
}
