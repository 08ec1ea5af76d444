namespace Liveness.AspNetCore;

/// <summary>The options of a health check: the connections that it looks at, and how it judges them.</summary>
public sealed class LivenessHealthCheckOptions
{
    /// <summary>
    /// The names, as given to AddLiveness, whose connections the check looks at. It always looks at those in <see cref="CriticalNames"/>.
    /// </summary>
    /// <value>
    /// Null, the default, means all names; empty means only the critical ones. A name without configuration is refused when the host
    /// starts.
    /// </value>
    public IList<string>? Names { get; set; }

    /// <summary>The names without which this application can't work: each of them needs at least one connection that is alive. Use it for
    /// connections that this program opens itself, because a server without clients needs no restart.</summary>
    /// <value>
    /// Never null. Empty, the default, means that nothing makes the check unhealthy. A name without configuration is refused when the host
    /// starts.
    /// </value>
    public IList<string> CriticalNames { get; set; } = [];

    /// <summary>The time for which the check stays degraded after a loss, and for which a critical name may be without a connection before
    /// the check is unhealthy, so that a brief reconnect doesn't restart a container. The factory keeps the newest 100 losses of all names;
    /// if more occur within that time, the older ones are forgotten earlier.</summary>
    /// <value>
    /// Zero to one day; the default is one minute. Zero means that past losses don't count, and that a critical name without a connection
    /// is unhealthy at once.
    /// </value>
    public TimeSpan GraceTime { get; set; } = TimeSpan.FromMinutes(1);
}
