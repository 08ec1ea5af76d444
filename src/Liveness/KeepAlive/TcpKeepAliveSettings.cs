using System.Globalization;

namespace Liveness.KeepAlive;

/// <summary>What is in force on a socket, read from the kernel. Null = it can't be asked.</summary>
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

    /// <summary>Silence before the first probe; null on Windows before version 1709.</summary>
    public TimeSpan? Idle { get; }

    /// <summary>Time between unanswered probes; null on Windows before version 1709.</summary>
    public TimeSpan? Interval { get; }

    /// <summary>How many unanswered probes end the connection, user timeout aside.</summary>
    public int? ProbeCount { get; }

    /// <summary>How long sent data may stay unacknowledged; <see cref="Timeout.InfiniteTimeSpan"/> = off.</summary>
    public TimeSpan? UserTimeout { get; }

    /// <summary>What follows from these values for how soon a dead peer or path is found.</summary>
    public TcpKeepAliveDetection Detection { get; }

    /// <summary>
    /// How many unanswered probes really end the connection: on Linux the user timeout decides that where it is set, not the count.
    /// </summary>
    public int? EffectiveProbes { get; }

    /// <summary>False where the user timeout overrides the probe count; null where that can't be told.</summary>
    public bool? IsCoherent =>
        Enabled == false ? true : EffectiveProbes is { } effective && ProbeCount is { } count ? effective == count : null;

    /// <summary>One line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"keepalive {(Enabled is { } enabled ? (enabled ? "on" : "off") : "?")}, idle {KeepAliveText.Of(Idle)}, interval "
        + $"{KeepAliveText.Of(Interval)}, {(ProbeCount is { } count ? count : "?")} probes, user timeout "
        + $"{KeepAliveText.Of(UserTimeout, "off")}; a dead peer is found {KeepAliveText.Within(Detection.Idle, "?")} while idle, "
        + $"{KeepAliveText.Within(Detection.DataInFlight, "?")} with data in flight");
}
