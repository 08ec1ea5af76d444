using System.Globalization;

namespace Liveness.KeepAlive;

/// <summary>The keepalive settings of a socket, read from the kernel. A property is null if the kernel can't report it.</summary>
public sealed class TcpKeepAliveSettings
{
    internal TcpKeepAliveSettings(
        bool? enabled,
        TimeSpan? idle,
        TimeSpan? interval,
        int? probeCount,
        TimeSpan? userTimeout,
        TcpKeepAliveDetection detection,
        int? effectiveProbes)
    {
        Enabled = enabled;
        Idle = idle;
        Interval = interval;
        ProbeCount = probeCount;
        UserTimeout = userTimeout;
        Detection = detection;
        EffectiveProbes = effectiveProbes;
    }

    /// <summary>Nothing can be asked.</summary>
    internal static TcpKeepAliveSettings Unknown { get; } = new(null, null, null, null, null, new TcpKeepAliveDetection(), null);

    /// <summary>Whether the kernel probes a silent connection.</summary>
    public bool? Enabled { get; }

    /// <summary>The silence before the first probe; null on Windows before version 1709.</summary>
    public TimeSpan? Idle { get; }

    /// <summary>The time between unanswered probes; null on Windows before version 1709.</summary>
    public TimeSpan? Interval { get; }

    /// <summary>The number of unanswered probes that end the connection if there is no user timeout.</summary>
    public int? ProbeCount { get; }

    /// <summary>The time for which sent data may stay unacknowledged; <see cref="Timeout.InfiniteTimeSpan"/> means no user
    /// timeout.</summary>
    public TimeSpan? UserTimeout { get; }

    /// <summary>The times within which a dead peer or path is found with these settings.</summary>
    public TcpKeepAliveDetection Detection { get; }

    /// <summary>
    /// The number of unanswered probes that really end the connection. On Linux, a user timeout decides it instead of the count.
    /// </summary>
    public int? EffectiveProbes { get; }

    /// <summary>False if the user timeout overrides the probe count; null if that is unknown.</summary>
    public bool? IsCoherent =>
        Enabled == false ? true : EffectiveProbes is { } effective && ProbeCount is { } count ? effective == count : null;

    /// <summary>Returns one line of text.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"keepalive {(Enabled is { } enabled ? (enabled ? "on" : "off") : "?")}, idle {KeepAliveText.Of(Idle)}, interval "
        + $"{KeepAliveText.Of(Interval)}, {(ProbeCount is { } count ? count : "?")} probes, user timeout "
        + $"{KeepAliveText.Of(UserTimeout, "off")}; a dead peer is found {KeepAliveText.Within(Detection.Idle, "?")} while idle, "
        + $"{KeepAliveText.Within(Detection.DataInFlight, "?")} with data in flight");
}
