namespace Liveness.KeepAlive;

/// <summary>One row of the table of platforms. A slot that is null = the platform has no such setting.</summary>
internal sealed record KeepAlivePlatform(string Name, KeepAliveKernel Kernel, KernelOption Enabled)
{
    public KeepAliveSlot? Idle { get; init; }

    public KeepAliveSlot? Interval { get; init; }

    /// <summary>The unit is probes.</summary>
    public KeepAliveSlot? ProbeCount { get; init; }

    public KeepAliveSlot? UserTimeout { get; init; }

    /// <summary>
    /// Where set, idle time and interval are set by this ioctl only, together with the switch, in milliseconds, and can't be read.
    /// </summary>
    public int? KeepAliveIoctl { get; init; }

    /// <summary>Where set, the count is always this.</summary>
    public int? FixedProbeCount { get; init; }

    /// <summary>An option that is set by number on a socket that is not connected keeps .NET from trying a second address.</summary>
    public bool NumbersOnlyOnceConnected { get; init; }

    /// <summary>What a new socket has.</summary>
    public TimeSpan DefaultIdle { get; init; } = TimeSpan.FromHours(2);

    /// <inheritdoc cref="DefaultIdle"/>
    public TimeSpan DefaultInterval { get; init; } = TimeSpan.FromSeconds(75);

    /// <inheritdoc cref="DefaultIdle"/>
    public int DefaultProbeCount { get; init; } = 8;

    /// <summary>What the smallest target is kept within: more than elsewhere, where the number of probes is fixed.</summary>
    public TimeSpan LeastDetection => TcpKeepAliveDefaults.MinDetectWithin(FixedProbeCount ?? TcpKeepAliveDefaults.ProbeCount);

    /// <summary>Where a user timeout is set, it decides how many probes are sent, and the count does not.</summary>
    public bool UserTimeoutOverridesCount => Kernel == KeepAliveKernel.Linux;

    public KeepAliveSlot? SlotOf(TcpKeepAliveSetting setting) => setting switch
    {
        TcpKeepAliveSetting.Idle => Idle,
        TcpKeepAliveSetting.Interval => Interval,
        TcpKeepAliveSetting.ProbeCount => ProbeCount,
        TcpKeepAliveSetting.UserTimeout => UserTimeout,
        _ => null,
    };
}
