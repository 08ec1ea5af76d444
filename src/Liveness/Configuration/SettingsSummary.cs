using System.Globalization;
using Liveness.KeepAlive;

namespace Liveness;

/// <summary>What a set of valid options comes to, in the words of one line: how soon, how often, by what.</summary>
internal static class SettingsSummary
{
    private static readonly string[] s_toldApart = ["DetectWithin", "Mode", "OnLoss"];

    /// <summary>How often the peer is to be heard.</summary>
    public static string Beats(LivenessOptions options)
    {
        TimeSpan? within = options.Mode switch
        {
            LivenessMode.InBand => options.Heartbeat.DetectWithin ?? options.DetectWithin,
            LivenessMode.SideChannel when options.SideChannel.Listen is not null =>
                options.SideChannel.Listener.DetectWithin ?? options.DetectWithin,
            LivenessMode.SideChannel => options.SideChannel.Client.DetectWithin ?? options.DetectWithin,
            _ => null,
        };
        return within is { } value && value != Timeout.InfiniteTimeSpan
            ? $"a beat every {DurationText.Write(value / (HeartbeatRate.AllowedMisses(value) + 1))}"
            : "no beats";
    }

    /// <summary>What the sockets are told that are attached.</summary>
    public static string KeepAlive(LivenessOptions options, KeepAlivePlatform platform)
    {
        if (options.Mode == LivenessMode.SideChannel)
        {
            bool isWitness = options.SideChannel.Listen is null ? options.SideChannel.Client.Witness : options.SideChannel.Listener.Witness;
            return isWitness ? "keepalive as a witness only" : "keepalive left as it is";
        }

        TcpKeepAliveOptions keepAlive = DerivedOptions.KeepAlive(options, platform);
        if (DerivedOptions.IsLeftToUs(keepAlive))
        {
            return "keepalive left as it is";
        }

        KeepAliveValues values = KeepAliveValues.Derive(keepAlive, platform);
        string timeout = values.UserTimeout is { } limit ? $", user timeout {DurationText.Write(limit)}" : "";
        string probes = values.ProbeCount is { } count ? count.ToString(CultureInfo.InvariantCulture) : "the system's";
        string kept = WhatIsKept(keepAlive, platform);
        return values.Enabled
            ? $"keepalive after {Known(values.Idle)}, then every {Known(values.Interval)}, {probes} probes{timeout}{kept}"
            : $"keepalive off{timeout}";
    }

    /// <summary>All others that are not at their defaults, each after a comma.</summary>
    public static string Others(LivenessOptions options)
    {
        LivenessOptions defaults = new();
        return string.Concat(
            SettingTable.All.Where(setting => !s_toldApart.Contains(setting.Path) && !setting.IsSame(options, defaults))
                .Select(setting => $", {setting.Path} {setting.Text(options)}"));
    }

    /// <summary>Those that are set and belong to another mode, or to the other end of a side channel.</summary>
    public static string Unused(LivenessOptions options)
    {
        LivenessOptions defaults = new();
        return string.Join(
            ", ",
            SettingTable.All.Where(setting => !IsUsed(setting.Path, options) && !setting.IsSame(options, defaults))
                .Select(setting => setting.Path));
    }

    /// <summary>Where that is more than was asked for.</summary>
    private static string WhatIsKept(TcpKeepAliveOptions keepAlive, KeepAlivePlatform platform) =>
        keepAlive.DetectWithin < platform.LeastDetection
            ? $": a dead peer is found within {DurationText.Write(platform.LeastDetection)} only"
            : "";

    private static bool IsUsed(string path, LivenessOptions options) => path.Split(':') switch
    {
        ["PlainPeers"] or ["Heartbeat", ..] => options.Mode == LivenessMode.InBand,
        ["SideChannel", "Client", ..] => options.Mode == LivenessMode.SideChannel && options.SideChannel.Connect is not null,
        ["SideChannel", "Listener", ..] => options.Mode == LivenessMode.SideChannel && options.SideChannel.Listen is not null,
        ["SideChannel", ..] => options.Mode == LivenessMode.SideChannel,
        _ => true,
    };

    private static string Known(TimeSpan? span) => span is { } value ? DurationText.Write(value) : "the system's time";
}
