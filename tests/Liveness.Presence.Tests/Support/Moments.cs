namespace Liveness.Presence.Tests;

/// <summary>Settings and moments for tests of the pure rules.</summary>
internal static class Moments
{
    public static readonly TimeSpan Start = TimeSpan.FromSeconds(1_000);

    public static PresenceSettings Settings(string? gateway = "gw-1", int perSecond = 10_000) => new(
        gateway, TimeSpan.FromSeconds(5), null, TimeSpan.FromDays(7), TimeSpan.FromDays(1), perSecond);

    public static OwnConnection Connection(TimeSpan attachedAt) => new("devices", "10.0.0.1:4711", 5_000, attachedAt);
}
