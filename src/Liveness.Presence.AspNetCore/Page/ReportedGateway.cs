namespace Liveness.Presence.AspNetCore;

/// <summary>A gateway in a report.</summary>
internal sealed record ReportedGateway(
    string Gateway, GatewayStatus Status, DateTimeOffset RegisteredAt, DateTimeOffset LastSeen, double LeaseAgeSeconds, int? Connections)
{
    public static ReportedGateway Of(GatewayPresence one) =>
        new(one.Gateway, one.Status, one.RegisteredAt, one.LastSeen, one.LeaseAge.TotalSeconds, one.Connections);
}
