using Liveness.KeepAlive;

namespace Liveness.Tests.KeepAlive;

/// <summary>Plans for any platform, made on any platform.</summary>
internal static class Plans
{
    /// <summary>Linux 6.18 as delivered.</summary>
    public static readonly KernelLimits Limits = KernelLimits.Standard with { LinearSynRetransmissions = 4 };

    public static KeepAlivePlatform Row(string name) => name switch
    {
        "Linux" => KeepAlivePlatforms.Linux,
        "Android" => KeepAlivePlatforms.Android,
        "Windows1709" => KeepAlivePlatforms.Windows1709,
        "WindowsOlder" => KeepAlivePlatforms.WindowsOlder,
        "MacOS" => KeepAlivePlatforms.MacOS,
        "FreeBsd" => KeepAlivePlatforms.FreeBsd,
        _ => KeepAlivePlatforms.Unknown,
    };

    public static TcpKeepAlivePlan For(KeepAlivePlatform platform, double detectWithin) => For(platform, new TcpKeepAliveOptions { DetectWithin = Seconds(detectWithin) });

    public static TcpKeepAlivePlan For(KeepAlivePlatform platform, TcpKeepAliveOptions options) => TcpKeepAlivePlan.Create(options, platform, Limits);

    public static TcpKeepAliveOptions Single(double? idle = null, double? interval = null, int? count = null, double? userTimeout = null) => new()
    {
        Idle = Seconds(idle),
        Interval = Seconds(interval),
        ProbeCount = count,
        UserTimeout = Seconds(userTimeout),
    };

    public static TimeSpan? Seconds(double? seconds) => seconds is { } value ? value < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(value) : null;
}
