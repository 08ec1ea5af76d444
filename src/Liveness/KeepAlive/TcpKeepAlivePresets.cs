namespace Liveness.KeepAlive;

/// <summary>Ready-made options. Every call returns a new object, which you can change.</summary>
/// <remarks>
/// Each preset sets the matching user timeout, which also affects peers that don't read; see <see cref="TcpKeepAliveOptions.UserTimeout"/>.
/// </remarks>
public static class TcpKeepAlivePresets
{
    /// <summary>
    /// Sends up to four probes, 15 s apart, after 60 s of silence. A dead peer is found within 120 s, and every limit in
    /// <see cref="MiddleboxIdleLimits"/> is met even if two probes are lost.
    /// </summary>
    public static TcpKeepAliveOptions Cloud() => Preset(idle: 60, interval: 15, probes: 4);

    /// <summary>
    /// Sends up to three probes, 5 s apart, after 10 s of silence. A dead peer is found within 25 s. Use it for few connections, on mains
    /// power.
    /// </summary>
    public static TcpKeepAliveOptions Aggressive() => Preset(idle: 10, interval: 5, probes: 3);

    /// <summary>
    /// Sends up to four probes, 20 s apart, after 180 s of silence. A dead peer is found within 260 s, and Azure's limit of 240 s is met
    /// even if one probe is lost. Use it for many connections, or on battery power.
    /// </summary>
    public static TcpKeepAliveOptions Conservative() => Preset(idle: 180, interval: 20, probes: 4);

    private static TcpKeepAliveOptions Preset(int idle, int interval, int probes) => new()
    {
        Idle = TimeSpan.FromSeconds(idle),
        Interval = TimeSpan.FromSeconds(interval),
        ProbeCount = probes,
        UserTimeout = TimeSpan.FromSeconds(idle + (probes * interval)),
        IdleLimit = MiddleboxIdleLimits.Azure,
    };
}
