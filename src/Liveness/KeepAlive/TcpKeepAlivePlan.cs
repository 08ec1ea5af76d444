namespace Liveness.KeepAlive;

/// <summary>
/// Everything that follows from a set of <see cref="TcpKeepAliveOptions"/> on a platform: immutable, validated, and able to explain itself.
/// One plan serves any number of sockets, from any thread.
/// </summary>
public sealed class TcpKeepAlivePlan
{
    private TcpKeepAlivePlan(TcpKeepAliveOptions options, KeepAlivePlatform platform, KernelLimits limits)
    {
        Row = platform;
        Limits = limits;
        Values = KeepAliveValues.Derive(options, platform);
        Operations = KeepAliveOperations.Of(Values, platform);
        DetectWithin = options.DetectWithin;
        IdleLimit = options.IdleLimit;
        Policy = options.Policy;

        // A platform that can't be told leaves its own limit in force, which it does not say.
        TimeSpan? userTimeout = platform.Kernel == KeepAliveKernel.Windows && Values.UserTimeout == Timeout.InfiniteTimeSpan
            ? null
            : Values.UserTimeout;
        TimeSpan? fresh = platform.Kernel == KeepAliveKernel.Windows ? null : Timeout.InfiniteTimeSpan;
        TimeSpan? effective = platform.UserTimeout is null ? fresh : userTimeout ?? fresh;
        Detection = DetectionTimes.Of(
            platform.Kernel,
            Values.Enabled,
            NewSocketIdle,
            NewSocketInterval,
            NewSocketProbeCount,
            effective,
            effective,
            limits);
    }

    /// <summary>The platform for which the plan is made, without the settings that this system turned out to lack.</summary>
    public string Platform => Row.Name;

    /// <summary>The value of <see cref="TcpKeepAliveOptions.DetectWithin"/>.</summary>
    public TimeSpan? DetectWithin { get; }

    /// <summary>Whether the kernel will probe.</summary>
    public bool Enabled => Values.Enabled;

    /// <summary>The silence before the first probe, in whole seconds; null means that the socket keeps its value.</summary>
    public TimeSpan? Idle => Values.Idle;

    /// <summary>The time between unanswered probes, in whole seconds; null means that the socket keeps its value.</summary>
    public TimeSpan? Interval => Values.Interval;

    /// <summary>The number of unanswered probes that end the connection; null means that the socket keeps its value.</summary>
    public int? ProbeCount => Values.ProbeCount;

    /// <summary>
    /// The time for which sent data may stay unacknowledged, in the platform's unit. <see cref="Timeout.InfiniteTimeSpan"/> means no user
    /// timeout; null means that the socket keeps its value.
    /// </summary>
    public TimeSpan? UserTimeout => Values.UserTimeout;

    /// <summary>The value of <see cref="TcpKeepAliveOptions.IdleLimit"/>.</summary>
    public TimeSpan? IdleLimit { get; }

    /// <summary>The value of <see cref="TcpKeepAliveOptions.Policy"/>.</summary>
    public TcpKeepAlivePolicy Policy { get; }

    /// <summary>The times within which a dead peer or path is found on a new socket. A setting that the plan doesn't set counts with this
    /// system's default.</summary>
    public TcpKeepAliveDetection Detection { get; }

    internal KeepAlivePlatform Row { get; }

    internal KernelLimits Limits { get; }

    internal KeepAliveValues Values { get; }

    internal IReadOnlyList<KeepAliveOperation> Operations { get; }

    /// <summary>What is asked for, less what the platform can't do: null = it stays as it is.</summary>
    internal TimeSpan? SettableIdle => WhyUnsupported(TcpKeepAliveSetting.Idle) is null ? Idle : null;

    /// <inheritdoc cref="SettableIdle"/>
    internal TimeSpan? SettableInterval => WhyUnsupported(TcpKeepAliveSetting.Interval) is null ? Interval : null;

    /// <inheritdoc cref="SettableIdle"/>
    internal int? SettableProbeCount => Row.FixedProbeCount ?? (WhyUnsupported(TcpKeepAliveSetting.ProbeCount) is null ? ProbeCount : null);

    /// <summary>What a new socket will have.</summary>
    internal TimeSpan NewSocketIdle => SettableIdle ?? Limits.Idle ?? Row.DefaultIdle;

    /// <inheritdoc cref="NewSocketIdle"/>
    internal TimeSpan NewSocketInterval => SettableInterval ?? Limits.Interval ?? Row.DefaultInterval;

    /// <inheritdoc cref="NewSocketIdle"/>
    internal int NewSocketProbeCount => SettableProbeCount ?? Limits.ProbeCount ?? Row.DefaultProbeCount;

    /// <summary>Validates the options for this platform and derives the plan.</summary>
    /// <remarks>
    /// The first call in a process tries the options on a socket of its own; on Linux each call reads the kernel's limits from
    /// /proc/sys/net/ipv4.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range or contradicts another. The message names the property, the
    /// value, the range and the cure of each.</exception>
    public static TcpKeepAlivePlan Create(TcpKeepAliveOptions options)
    {
        return Create(options, KeepAlivePlatforms.Current, KernelLimits.Read());
    }

    /// <summary>Returns the derived numbers, their effect and the system calls in plain words, for a log or a person.</summary>
    public string Explain() => KeepAliveExplanation.Of(this);

    /// <summary>Returns the same text as <see cref="Explain"/>.</summary>
    public override string ToString() => Explain();

    internal static TcpKeepAlivePlan Create(TcpKeepAliveOptions options, KeepAlivePlatform platform, KernelLimits limits)
    {
        ArgumentNullException.ThrowIfNull(options);
        TcpKeepAliveOptionsRules.Check(options, platform).ThrowIfAny();
        return new TcpKeepAlivePlan(options, platform, limits);
    }

    internal string? WhyUnsupported(TcpKeepAliveSetting setting) => KeepAliveOperations.WhyUnsupported(Values, setting, Row);
}
