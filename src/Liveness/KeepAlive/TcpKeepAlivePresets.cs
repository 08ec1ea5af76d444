namespace Liveness.KeepAlive;

/// <summary>Ready-made options. Every call returns a new object, to be changed at will.</summary>
/// <remarks>
/// Each comes with the user timeout that agrees with it; see <see cref="TcpKeepAliveOptions.UserTimeout"/> for what that means to peers
/// that do not read.
/// </remarks>
public static class TcpKeepAlivePresets
{
    /// <summary>
    /// Probes after 60 s of silence, every 15 s, four of them: found dead within 120 s, and often enough for every limit in
    /// <see cref="MiddleboxIdleLimits"/> even if two probes are lost.
    /// </summary>
    public static TcpKeepAliveOptions Cloud() => Preset(idle: 60, interval: 15, probes: 4);

    /// <summary>
    /// Probes after 10 s of silence, every 5 s, three of them: found dead within 25 s. For few connections on mains power.
    /// </summary>
    public static TcpKeepAliveOptions Aggressive() => Preset(idle: 10, interval: 5, probes: 3);

    /// <summary>
    /// Probes after 180 s of silence, every 20 s, four of them: found dead within 260 s, and just often enough for Azure's limit of 240 s
    /// with one probe lost. For many connections, or batteries.
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
