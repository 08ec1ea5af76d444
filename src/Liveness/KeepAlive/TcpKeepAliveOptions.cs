namespace Liveness.KeepAlive;

/// <summary>
/// The options of the kernel's keepalive. Set one target, <see cref="DetectWithin"/>, or the single settings. A null setting is left as it
/// is.
/// </summary>
/// <remarks>The class is mutable, so that configuration can bind it. It is read once, when a plan is made. Invalid values are refused
/// there, before the first system call, with an <see cref="ArgumentOutOfRangeException"/> that names the property, the value, the range and
/// the cure of each. Keepalive only proves that the next hop's kernel answers: it detects neither a hung process nor a fault behind a
/// proxy.</remarks>
public sealed class TcpKeepAliveOptions
{
    /// <summary>Whether the kernel probes a silent connection (SO_KEEPALIVE).</summary>
    /// <value>
    /// The default is true. False switches keepalive off; then only <see cref="UserTimeout"/> is applied, if it is set.
    /// </value>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// The silence within which a dead peer or path is found. Idle time, interval, probe count and user timeout are derived from it.
    /// </summary>
    /// <value>5 s to 65,531 s, rounded down to whole seconds. Where the probe count of Windows is fixed at 10, less than 11 s can't be
    /// kept: it is refused if all of it is required, and otherwise becomes 11 s, which the plan says. Null, the default, means that nothing
    /// is derived. <see cref="Timeout.InfiniteTimeSpan"/> switches keepalive off, like <see cref="Enabled"/> = false.</value>
    /// <remarks>For T: 4 probes, T/8 apart (whole seconds, rounded down, at least 1 s), the first after what remains of T, and a user
    /// timeout of T. A connection is found dead within T while idle or with data in flight, and within 2 T where the application begins to
    /// write late in the silence. Linux' timers add a little: measured 5.12 s for 5 s.
    /// In configuration files write "00:00:30" for 30 seconds: "30" means 30 days.</remarks>
    public TimeSpan? DetectWithin { get; set; }

    /// <summary>The silence before the first probe. It can't be set together with <see cref="DetectWithin"/>.</summary>
    /// <value>
    /// 1 s to 32,767 s on Linux and Android, to 4,294,967 s elsewhere, rounded up to whole seconds. Null, the default, leaves it as it is;
    /// a new socket has 2 hours.
    /// </value>
    /// <remarks>A short idle time keeps radios awake and costs battery on mobile devices.</remarks>
    public TimeSpan? Idle { get; set; }

    /// <summary>The time between unanswered probes. It can't be set together with <see cref="DetectWithin"/>.</summary>
    /// <value>1 s to 32,767 s on Linux and Android, to 4,294,967 s elsewhere, rounded up to whole seconds. Null, the default, leaves it as
    /// it is; a new socket has 75 s, or 1 s on Windows. Windows before version 1709 sets it only together with <see cref="Idle"/>.</value>
    public TimeSpan? Interval { get; set; }

    /// <summary>
    /// The number of unanswered probes after which the kernel ends the connection. It can't be set together with
    /// <see cref="DetectWithin"/>.
    /// </summary>
    /// <value>1 to 127 on Linux and Android, to 255 on Windows, to 2,147,483,647 elsewhere. Null, the default, leaves it as it is; a new
    /// socket has 9 on Linux, 10 on Windows (before version 1703 always), 8 elsewhere. With 1, a single lost packet ends a live connection
    /// (RFC 9293 advises against it).</value>
    public int? ProbeCount { get; set; }

    /// <summary>The time for which sent data may stay unacknowledged before the kernel ends the connection. It complements keepalive: on
    /// Linux, data in flight suspends the probes, and without a user timeout a dead path is then found after about 15 minutes.</summary>
    /// <value>Rounded up to milliseconds on Linux and Android (at most 2,147,483,647 ms) and to whole seconds elsewhere. Beside keepalive
    /// only values that agree with it are allowed, on every platform:
    /// more than Idle + (ProbeCount - 1) x Interval and at most Idle + ProbeCount x Interval, because Linux uses it instead of the count.
    /// Null, the default, means DetectWithin if that is set, and otherwise leaves it as it is. <see cref="Timeout.InfiniteTimeSpan"/> means
    /// no user timeout, so that the kernel's own limit of retransmissions applies (Windows can't go back to that limit, so nothing is set
    /// there).</value>
    /// <remarks>It also ends a connection whose peer acknowledges but doesn't read for that long. Use Infinite if an application may pause
    /// longer than that during a large transfer. It is set only on connected sockets, because on Unix it would prevent .NET from trying the
    /// second address of a host name.</remarks>
    public TimeSpan? UserTimeout { get; set; }

    /// <summary>
    /// The shortest idle limit of any NAT, firewall or load balancer on the path (<see cref="MiddleboxIdleLimits"/>). It is only used as a
    /// check: if one probe is lost, the next one must still be sent before the limit.
    /// </summary>
    /// <value>More than Idle + Interval. Null, the default, means no check.</value>
    public TimeSpan? IdleLimit { get; set; }

    /// <summary>How settings are treated that the platform or the socket doesn't accept.</summary>
    /// <value>The default is <see cref="TcpKeepAlivePolicy.Require"/>, all or nothing; as a part of <see cref="LivenessOptions"/> it is
    /// <see cref="TcpKeepAlivePolicy.BestEffort"/>.</value>
    public TcpKeepAlivePolicy Policy { get; set; } = TcpKeepAlivePolicy.Require;

    internal TcpKeepAliveOptions Copy() => (TcpKeepAliveOptions)MemberwiseClone();
}
