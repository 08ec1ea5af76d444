namespace Liveness.KeepAlive;

/// <summary>
/// Everything that follows from a set of <see cref="TcpKeepAliveOptions"/> on a platform: immutable, validated, and able to explain itself.
/// Made once, it serves any number of sockets, from any thread.
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

    /// <summary>The platform that the plan is for, less what this system turned out not to have.</summary>
    public string Platform => Row.Name;

    /// <summary>As in <see cref="TcpKeepAliveOptions.DetectWithin"/>.</summary>
    public TimeSpan? DetectWithin { get; }

    /// <summary>Whether the kernel will probe.</summary>
    public bool Enabled => Values.Enabled;

    /// <summary>Silence before the first probe, in whole seconds; null = left alone.</summary>
    public TimeSpan? Idle => Values.Idle;

    /// <summary>Time between unanswered probes, in whole seconds; null = left alone.</summary>
    public TimeSpan? Interval => Values.Interval;

    /// <summary>How many unanswered probes end the connection; null = left alone.</summary>
    public int? ProbeCount => Values.ProbeCount;

    /// <summary>
    /// How long sent data may stay unacknowledged, in the platform's unit; <see cref="Timeout.InfiniteTimeSpan"/> = off; null = left alone.
    /// </summary>
    public TimeSpan? UserTimeout => Values.UserTimeout;

    /// <summary>As in <see cref="TcpKeepAliveOptions.IdleLimit"/>.</summary>
    public TimeSpan? IdleLimit { get; }

    /// <summary>As in <see cref="TcpKeepAliveOptions.Policy"/>.</summary>
    public TcpKeepAlivePolicy Policy { get; }

    /// <summary>How soon a dead peer or path is found on a new socket. What is left alone counts with this system's defaults.</summary>
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
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range or contradicts another; the message names property, value,
    /// range and cure of every one.</exception>
    public static TcpKeepAlivePlan Create(TcpKeepAliveOptions options)
    {
        return Create(options, KeepAlivePlatforms.Current, KernelLimits.Read());
    }

    /// <summary>The derived numbers, what they lead to, and the system calls, in plain words, for a log or a person.</summary>
    public string Explain() => KeepAliveExplanation.Of(this);

    /// <summary>The same as <see cref="Explain"/>.</summary>
    public override string ToString() => Explain();

    internal static TcpKeepAlivePlan Create(TcpKeepAliveOptions options, KeepAlivePlatform platform, KernelLimits limits)
    {
        ArgumentNullException.ThrowIfNull(options);
        TcpKeepAliveOptionsRules.Check(options, platform).ThrowIfAny();
        return new TcpKeepAlivePlan(options, platform, limits);
    }

    internal string? WhyUnsupported(TcpKeepAliveSetting setting) => KeepAliveOperations.WhyUnsupported(Values, setting, Row);
}
