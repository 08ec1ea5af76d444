using System.Globalization;
using Liveness.KeepAlive;

namespace Liveness.Tool.IdleLimit;

/// <summary>The keepalive settings with which no box that remembers for so long forgets a connection. Pure.</summary>
/// <remarks>
/// The library's own plan for a target: the first probe after half of it, and the next one, if that is lost, long before all of it.
/// </remarks>
internal sealed class HoldingSettings
{
    /// <summary>The plan divides its target so often; a multiple leaves no rest, which would lengthen the idle time.</summary>
    private const int Parts = 8;

    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly TcpKeepAlivePlan _plan;

    private HoldingSettings(TcpKeepAlivePlan plan) => _plan = plan;

    public TimeSpan DetectWithin => _plan.DetectWithin!.Value;

    public TimeSpan IdleLimit => _plan.IdleLimit!.Value;

    public int IdleSeconds => (int)_plan.Idle!.Value.TotalSeconds;

    public int IntervalSeconds => (int)_plan.Interval!.Value.TotalSeconds;

    public int Probes => _plan.ProbeCount!.Value;

    public long UserTimeoutMilliseconds => (long)_plan.UserTimeout!.Value.TotalMilliseconds;

    /// <summary>In the section of a name, such as Liveness:Devices.</summary>
    public string AppSettings => string.Create(
        CultureInfo.InvariantCulture, $$"""{ "KeepAlive": { "DetectWithin": "{{DetectWithin:c}}", "IdleLimit": "{{IdleLimit:c}}" } }""");

    /// <summary>Of one socket, in any language.</summary>
    public string SocketOptions => string.Create(
        CultureInfo.InvariantCulture,
        $"SO_KEEPALIVE 1, TCP_KEEPIDLE {IdleSeconds}, TCP_KEEPINTVL {IntervalSeconds}, TCP_KEEPCNT {Probes}, "
        + $"TCP_USER_TIMEOUT {UserTimeoutMilliseconds}");

    /// <summary>For programs that switch keepalive on, and set no more.</summary>
    public string Sysctl => string.Create(
        CultureInfo.InvariantCulture,
        $"sysctl -w net.ipv4.tcp_keepalive_time={IdleSeconds} net.ipv4.tcp_keepalive_intvl={IntervalSeconds} "
        + $"net.ipv4.tcp_keepalive_probes={Probes}");

    /// <param name="aliveAfter">A connection that was idle for so long has lived.</param>
    /// <returns>Null where keepalive can't be so quick: its times are whole seconds.</returns>
    public static HoldingSettings? For(TimeSpan aliveAfter)
    {
        TimeSpan limit = s_second * Math.Floor(aliveAfter / s_second);
        TimeSpan target = s_second * Parts * Math.Floor(limit / (s_second * Parts));
        TimeSpan least = KeepAlivePlatforms.Linux.LeastDetection;
        TimeSpan most = s_second * Parts * Math.Floor(TcpKeepAliveDefaults.MaxDetectWithin / (s_second * Parts));
        TcpKeepAliveOptions options = new()
        {
            DetectWithin = Durations.Shorter(most, Durations.Longer(least, target)),
            IdleLimit = limit,
        };
        return limit > TimeSpan.Zero && TcpKeepAliveOptionsRules.Check(options, KeepAlivePlatforms.Linux).Count == 0
            ? new HoldingSettings(TcpKeepAlivePlan.Create(options, KeepAlivePlatforms.Linux, KernelLimits.Standard))
            : null;
    }
}
