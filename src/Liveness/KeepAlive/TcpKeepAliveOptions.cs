namespace Liveness.KeepAlive;

/// <summary>
/// What the caller asks of the kernel's keepalive: one target, <see cref="DetectWithin"/>, or the single settings. Null leaves a setting as
/// it is.
/// </summary>
/// <remarks>A mutable class, so that configuration can bind it. It is read once, when a plan is made. Invalid values are refused there,
/// before the first system call, with an <see cref="ArgumentOutOfRangeException"/> that names property, value, range and cure of every one.
/// Keepalive proves that the next hop's kernel answers: a hung process, and whatever lies behind a proxy, it does not see.</remarks>
public sealed class TcpKeepAliveOptions
{
    /// <summary>Whether the kernel probes a silent connection (SO_KEEPALIVE).</summary>
    /// <value>
    /// Default true. False switches it off; then only <see cref="UserTimeout"/> is applied beside it, where it is set by itself.
    /// </value>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// Within how long of silence a dead peer or path is found: idle time, interval, probe count and user timeout are derived from it.
    /// </summary>
    /// <value>5 s to 65,531 s (11 s at least where Windows has its probe count fixed at 10), in whole seconds, rounded down so that
    /// "within" holds. Null (the default) = nothing is derived.
    /// <see cref="Timeout.InfiniteTimeSpan"/> = keepalive off, as <see cref="Enabled"/> = false.</value>
    /// <remarks>For T: 4 probes, T/8 apart (whole seconds, rounded down, at least 1 s), the first after what remains of T, and a user
    /// timeout of T. A connection is found dead within T while idle or with data in flight, and within 2 T where the application begins to
    /// write late in the silence. Linux' timers add a little: measured 5.12 s for 5 s.
    /// In configuration files write "00:00:30" for 30 seconds: "30" means 30 days.</remarks>
    public TimeSpan? DetectWithin { get; set; }

    /// <summary>How long a connection is silent before the first probe. Not together with <see cref="DetectWithin"/>.</summary>
    /// <value>
    /// Whole seconds, rounded up: 1 s to 32,767 s on Linux and Android, to 4,294,967 s elsewhere. Null (the default) = as it is; a new
    /// socket has 2 hours.
    /// </value>
    /// <remarks>A short idle time keeps radios awake and costs battery on mobile devices.</remarks>
    public TimeSpan? Idle { get; set; }

    /// <summary>The time between probes that are not answered. Not together with <see cref="DetectWithin"/>.</summary>
    /// <value>Whole seconds, rounded up: 1 s to 32,767 s on Linux and Android, to 4,294,967 s elsewhere. Null (the default) = as it is; a
    /// new socket has 75 s, 1 s on Windows.
    /// Windows before version 1709 sets it only together with <see cref="Idle"/>.</value>
    public TimeSpan? Interval { get; set; }

    /// <summary>
    /// How many probes go unanswered before the kernel ends the connection. Not together with <see cref="DetectWithin"/>.
    /// </summary>
    /// <value>1 to 127 on Linux and Android, to 255 on Windows, to 2,147,483,647 elsewhere. Null (the default) = as it is; a new socket has
    /// 9 on Linux, 10 on Windows (before version 1703 always), 8 elsewhere.
    /// With 1, a single lost packet ends a live connection (RFC 9293 advises against it).</value>
    public int? ProbeCount { get; set; }

    /// <summary>How long sent data may stay unacknowledged before the kernel ends the connection: the other half of keepalive, because data
    /// in flight suspends the probes on Linux, and without it a dead path is then found after about 15 minutes.</summary>
    /// <value>Rounded up to milliseconds on Linux and Android (at most 2,147,483,647 ms) and to whole seconds elsewhere. Beside keepalive
    /// only values that agree with it are allowed, on every platform:
    /// more than Idle + (ProbeCount - 1) x Interval and at most Idle + ProbeCount x Interval, because Linux goes by it and not by the
    /// count.
    /// Null (the default) = DetectWithin where that is set, else as it is. <see cref="Timeout.InfiniteTimeSpan"/> = off: the kernel's own
    /// limit of retransmissions holds (Windows can't be told to go back to it: there nothing is set).</value>
    /// <remarks>It also ends a connection whose peer acknowledges but does not read for that long: use Infinite where an application may
    /// rest for longer in the middle of a large transfer.
    /// Set on connected sockets only: on Unix it would keep .NET from trying the second address of a host name.</remarks>
    public TimeSpan? UserTimeout { get; set; }

    /// <summary>
    /// The shortest idle limit of any NAT, firewall or load balancer on the way (<see cref="MiddleboxIdleLimits"/>). It is only checked
    /// against: one probe may be lost, and the next must still come before the limit.
    /// </summary>
    /// <value>More than Idle + Interval. Null (the default) = not checked.</value>
    public TimeSpan? IdleLimit { get; set; }

    /// <summary>What becomes of settings that the platform or the socket does not take.</summary>
    /// <value>Default <see cref="TcpKeepAlivePolicy.Require"/>: all or nothing; <see cref="TcpKeepAlivePolicy.BestEffort"/> where it is a
    /// part of <see cref="LivenessOptions"/>.</value>
    public TcpKeepAlivePolicy Policy { get; set; } = TcpKeepAlivePolicy.Require;

    internal TcpKeepAliveOptions Copy() => (TcpKeepAliveOptions)MemberwiseClone();
}
