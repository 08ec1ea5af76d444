namespace Liveness.Presence.AspNetCore;

/// <summary>A device in a report.</summary>
internal sealed record ReportedDevice(
    string Key,
    PresenceStatus Status,
    string? Gateway,
    DateTimeOffset? Since,
    string? Name,
    string? Remote,
    double? BoundSeconds,
    ReportedLoss? LastLoss)
{
    public static ReportedDevice Of(PresenceEntry one) => new(
        one.Key, one.Status, one.Gateway, one.Since, one.Name, one.Remote, one.Bound?.TotalSeconds, ReportedLoss.Of(one.LastLoss));
}
