namespace Liveness.KeepAlive;

/// <summary>
/// The limits of <see cref="TcpKeepAliveOptions"/> that hold on every platform; those of one platform stand in
/// <see cref="KeepAlivePlatforms"/>.
/// </summary>
internal static class TcpKeepAliveDefaults
{
    /// <summary>The number of probes that a target is derived with.</summary>
    public const int ProbeCount = 4;

    /// <summary>The largest target: its idle time is then Linux' largest, 32,767 s.</summary>
    public static readonly TimeSpan MaxDetectWithin = TimeSpan.FromSeconds(65_531);

    /// <summary>The smallest target that may be asked for.</summary>
    /// <param name="policy">A platform that can't keep it is asked for as much as it can, unless all of it is required.</param>
    /// <param name="platform">Which one.</param>
    public static TimeSpan MinDetectWithin(TcpKeepAlivePolicy policy, KeepAlivePlatform platform) =>
        policy == TcpKeepAlivePolicy.BestEffort ? MinDetectWithin(ProbeCount) : platform.LeastDetection;

    /// <summary>The smallest target with that many probes, a second apart, and a second of idle time.</summary>
    public static TimeSpan MinDetectWithin(int probeCount) => TimeSpan.FromSeconds(probeCount + 1);
}
