namespace Liveness.AspNetCore;

/// <summary>Which connections a health check looks at, and what it makes of them.</summary>
public sealed class LivenessHealthCheckOptions
{
    /// <summary>
    /// The names, as given to AddLiveness, whose connections are looked at. Those in <see cref="CriticalNames"/> are in any case.
    /// </summary>
    /// <value>
    /// Default null = all. Empty = only the critical ones. A name that nothing is configured for is refused when the host starts.
    /// </value>
    public IList<string>? Names { get; set; }

    /// <summary>The names without which this application can't do its work: for each of them at least one connection must be alive. Meant
    /// for connections that this program opens itself:
    /// that nobody has called is no reason to restart a server.</summary>
    /// <value>
    /// Never null; default empty = nothing makes the check unhealthy. A name that nothing is configured for is refused when the host
    /// starts.
    /// </value>
    public IList<string> CriticalNames { get; set; } = [];

    /// <summary>For how long after a loss the check stays degraded, and for how long a critical name may be without a connection before the
    /// check is unhealthy: a brief reconnect must not restart a container. The factory keeps the newest 100 losses of all names: where more
    /// come within that time, older ones are forgotten earlier.</summary>
    /// <value>
    /// Zero to one day; default one minute. Zero = losses that are over are not held against anybody, and a critical name without a
    /// connection is unhealthy at once.
    /// </value>
    public TimeSpan GraceTime { get; set; } = TimeSpan.FromMinutes(1);
}
