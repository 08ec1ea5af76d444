namespace Liveness.KeepAlive;

/// <summary>Values -> the system calls that put them in force, in their order.</summary>
internal static class KeepAliveOperations
{
    private static readonly TcpKeepAliveSetting[] s_times =
        [TcpKeepAliveSetting.Idle, TcpKeepAliveSetting.Interval, TcpKeepAliveSetting.ProbeCount, TcpKeepAliveSetting.UserTimeout];

    /// <remarks>
    /// Switching on comes last, so that no half-made combination ever probes; switching off comes first. The ioctl can't be undone, so
    /// nothing may follow it.
    /// </remarks>
    public static List<KeepAliveOperation> Of(KeepAliveValues values, KeepAlivePlatform platform)
    {
        List<KeepAliveOperation> operations = [];
        KeepAliveIoctl? ioctl = IoctlOf(values, platform);
        KeepAliveOperation power = new(TcpKeepAliveSetting.Enabled, platform.Enabled, values.Enabled ? 1 : 0, ioctl);
        if (!values.Enabled)
        {
            operations.Add(power);
        }

        foreach (TcpKeepAliveSetting setting in s_times)
        {
            if (KernelValue(values, setting, platform) is { } value)
            {
                operations.AddRange(platform.SlotOf(setting)!.Options.Select(option => new KeepAliveOperation(setting, option, value)));
            }
        }

        if (values.Enabled)
        {
            operations.Add(power);
        }

        return operations;
    }

    public static bool IsAsked(KeepAliveValues values, TcpKeepAliveSetting setting) => setting switch
    {
        TcpKeepAliveSetting.Idle => values.Idle is not null,
        TcpKeepAliveSetting.Interval => values.Interval is not null,
        TcpKeepAliveSetting.ProbeCount => values.ProbeCount is not null,
        TcpKeepAliveSetting.UserTimeout => values.UserTimeout is not null,
        _ => true,
    };

    /// <summary>Why the platform can't do what is asked; null = it can, or nothing is asked.</summary>
    public static string? WhyUnsupported(KeepAliveValues values, TcpKeepAliveSetting setting, KeepAlivePlatform platform)
    {
        if (setting == TcpKeepAliveSetting.Enabled || !IsAsked(values, setting))
        {
            return null;
        }

        if (setting == TcpKeepAliveSetting.ProbeCount && platform.FixedProbeCount is { } fixedCount)
        {
            return values.ProbeCount == fixedCount ? null : $"always {fixedCount} on {platform.Name}";
        }

        if (platform.SlotOf(setting) is null)
        {
            return $"{platform.Name} has no such setting";
        }

        bool alone = values.Idle is null || values.Interval is null;
        return platform.KeepAliveIoctl is not null && alone && setting is TcpKeepAliveSetting.Idle or TcpKeepAliveSetting.Interval
            ? $"{platform.Name} sets Idle and Interval only together"
            : null;
    }

    /// <summary>Asked to switch off what this platform can only leave alone.</summary>
    public static bool CannotSwitchOff(KeepAliveValues values, KeepAlivePlatform platform)
    {
        return values.UserTimeout == Timeout.InfiniteTimeSpan && platform.UserTimeout is { Off: null };
    }

    private static int? KernelValue(KeepAliveValues values, TcpKeepAliveSetting setting, KeepAlivePlatform platform)
    {
        if (platform.SlotOf(setting) is not { } slot || (setting == TcpKeepAliveSetting.UserTimeout && CannotSwitchOff(values, platform)))
        {
            return null;
        }

        TimeSpan? time = setting switch
        {
            TcpKeepAliveSetting.Idle => values.Idle,
            TcpKeepAliveSetting.Interval => values.Interval,
            TcpKeepAliveSetting.UserTimeout => values.UserTimeout,
            _ => null,
        };
        return setting == TcpKeepAliveSetting.ProbeCount ? values.ProbeCount : time is { } given ? slot.ToKernel(given) : null;
    }

    private static KeepAliveIoctl? IoctlOf(KeepAliveValues values, KeepAlivePlatform platform)
    {
        return platform.KeepAliveIoctl is { } code && values is { Enabled: true, Idle: { } idle, Interval: { } interval }
            ? new KeepAliveIoctl(code, 1, (uint)idle.TotalMilliseconds, (uint)interval.TotalMilliseconds)
            : null;
    }
}
