namespace Liveness.KeepAlive;

/// <summary>
/// The times without a packet after which well-known middleboxes forget a connection, for <see cref="TcpKeepAliveOptions.IdleLimit"/>. Most
/// of them are configurable, so ask the operator of yours.
/// </summary>
public static class MiddleboxIdleLimits
{
    /// <summary>
    /// Azure load balancer and its outbound rules: 4 minutes unless configured, and silently (Azure documentation,
    /// load-balancer-tcp-idle-timeout).
    /// </summary>
    public static readonly TimeSpan Azure = TimeSpan.FromMinutes(4);

    /// <summary>
    /// AWS network load balancer, NAT gateway and network firewall, and connection tracking on Nitro v6 instances: 350 s (AWS
    /// documentation).
    /// </summary>
    public static readonly TimeSpan Aws = TimeSpan.FromSeconds(350);

    /// <summary>Google Cloud VPC connection tracking: 10 minutes (Google Cloud documentation, Compute Engine troubleshooting).</summary>
    public static readonly TimeSpan GoogleCloud = TimeSpan.FromMinutes(10);
}
