using System.Globalization;
using Liveness.Diagnostics;
using Liveness.KeepAlive;
using Liveness.SideChannel;

namespace Liveness;

/// <summary>What the settings may be. The limits are those of the rules for the options; what depends on other settings, or on the
/// platform, those check alone.</summary>
internal static class SettingForms
{
    public static DurationForm Detection { get; } = new(HeartbeatDefaults.MinDetectWithin, HeartbeatDefaults.DetectWithinLimit)
    {
        IsLessThanMost = true,
        MayBeInfinite = true,
    };

    /// <summary>A side channel exists to detect.</summary>
    public static DurationForm SideDetection { get; } = new(HeartbeatDefaults.MinDetectWithin, HeartbeatDefaults.DetectWithinLimit)
    {
        IsLessThanMost = true,
    };

    public static DurationForm KernelDetection { get; } =
        new(TcpKeepAliveDefaults.MinDetectWithin(TcpKeepAliveDefaults.ProbeCount), TcpKeepAliveDefaults.MaxDetectWithin)
        {
            MayBeInfinite = true,
        };

    public static DurationForm Positive { get; } = new(TimeSpan.Zero, TimeSpan.MaxValue) { IsMoreThanLeast = true };

    public static DurationForm PositiveOrInfinite { get; } = new(TimeSpan.Zero, TimeSpan.MaxValue)
    {
        IsMoreThanLeast = true,
        MayBeInfinite = true,
    };

    public static DurationForm HandshakeTime { get; } = new(HeartbeatDefaults.MinHandshakeTimeout, HeartbeatDefaults.MaxHandshakeTimeout);

    public static DurationForm PlainPeerTime { get; } = new(HeartbeatDefaults.MinPlainPeerAfter, HeartbeatDefaults.MaxHandshakeTimeout);

    public static DurationForm Close { get; } = new(TimeSpan.Zero, HeartbeatDefaults.MaxClose);

    public static DurationForm CloseOrInfinite { get; } = new(TimeSpan.Zero, HeartbeatDefaults.MaxClose) { MayBeInfinite = true };

    public static DurationForm Interval { get; } = new(HeartbeatDefaults.MinInterval, HeartbeatDefaults.MaxInterval);

    public static DurationForm Reconnect { get; } =
        new(SideChannelDefaults.MinReconnectDelay, SideChannelDefaults.LongestReconnectDelay);

    public static DurationForm Linger { get; } = new(TimeSpan.Zero, SideChannelDefaults.MaxLinger);

    public static NumberForm Window { get; } = new(HeartbeatDefaults.SmallestWindow, HeartbeatDefaults.LargestWindow, "bytes");

    public static NumberForm Probes { get; } = new(1, int.MaxValue);

    public static NumberForm Connections { get; } = new(1, SideChannelDefaults.MostConnections);

    public static NumberForm Watches { get; } = new(1, SideChannelDefaults.MostWatches);

    public static FlagForm Flag { get; } = new();

    public static TextForm Name { get; } = new(
        string.Create(
            CultureInfo.InvariantCulture,
            $"1 to {ConnectionName.MaxLength} characters, none of them a control character, and no white space at either end"))
    {
        IsAllowed = static text => ConnectionName.Problem(text) is null,
        Pattern = string.Create(CultureInfo.InvariantCulture, $@"^\S(.{{0,{ConnectionName.MaxLength - 2}}}\S)?$"),
    };

    public static TextForm Host { get; } = new("a host name");

    public static TextForm Secret { get; } = new("a text") { IsSecret = true };

    public static TextForm Listen { get; } = new("an address and a port, such as \"127.0.0.1:7001\" or \"[::1]:7001\"")
    {
        IsAllowed = static text => LivenessOptionsRules.ParseListen(text) is not null,
        Meant = static text => text.Split(':')[^1] is var port && LivenessOptionsRules.ParseConnect(port) is not null
            && text[..^port.Length] is "" or ":" or "localhost:" or "*:" or "http://localhost:"
            ? $"127.0.0.1:{port}"
            : null,
        Pattern = @"^([0-9]{1,3}(\.[0-9]{1,3}){3}|\[[0-9A-Fa-f:.%]+\]):[1-9][0-9]{0,4}$",
    };

    public static TextForm Connect { get; } = new("a port, such as \"7001\", or a host and a port, such as \"backend:7001\"")
    {
        IsAllowed = static text => LivenessOptionsRules.ParseConnect(text) is not null,
        Meant = static text => text.Trim() is var trimmed && LivenessOptionsRules.ParseConnect(trimmed.TrimStart(':')) is not null
            ? trimmed.TrimStart(':')
            : null,
        Pattern = @"^(([^:\s]+|\[[0-9A-Fa-f:.%]+\]):)?0*[1-9][0-9]{0,4}$",
        MayBeNumber = true,
    };
}
