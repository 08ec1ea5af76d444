namespace Liveness.KeepAlive;

/// <summary>
/// What options come down to: whole units, derived where a target is given. Null = left alone; an infinite user timeout = off.
/// </summary>
internal readonly record struct KeepAliveValues(bool Enabled, TimeSpan? Idle, TimeSpan? Interval, int? ProbeCount, TimeSpan? UserTimeout)
{
    /// <param name="options">Whose ranges have been checked.</param>
    /// <param name="platform">Decides units, and the number of probes where it is fixed.</param>
    public static KeepAliveValues Derive(TcpKeepAliveOptions options, KeepAlivePlatform platform)
    {
        TimeSpan? userTimeout = Rounded(options.UserTimeout, platform.UserTimeout);
        if (!options.Enabled || options.DetectWithin == Timeout.InfiniteTimeSpan)
        {
            return new KeepAliveValues(false, null, null, null, userTimeout);
        }

        if (options.DetectWithin is not { } detectWithin)
        {
            return new KeepAliveValues(
                true, Rounded(options.Idle, platform.Idle), Rounded(options.Interval, platform.Interval), options.ProbeCount, userTimeout);
        }

        // A target that this platform can't keep comes down to the nearest that it can.
        int count = platform.FixedProbeCount ?? TcpKeepAliveDefaults.ProbeCount;
        long target = Durations.Longer(detectWithin, platform.LeastDetection).Ticks / TimeSpan.TicksPerSecond;
        long interval = Math.Max(1, target / (2 * count));
        return new KeepAliveValues(
            true,
            TimeSpan.FromSeconds(target - (count * interval)),
            TimeSpan.FromSeconds(interval),
            count,
            userTimeout ?? TimeSpan.FromSeconds(target));
    }

    public static TimeSpan RoundUp(TimeSpan value, TimeSpan unit)
    {
        long units = Math.DivRem(value.Ticks, unit.Ticks, out long rest) + (rest > 0 ? 1 : 0);
        return new TimeSpan(Math.Min(units, TimeSpan.MaxValue.Ticks / unit.Ticks) * unit.Ticks);
    }

    private static TimeSpan? Rounded(TimeSpan? value, KeepAliveSlot? slot)
    {
        return value is { } given && given != Timeout.InfiniteTimeSpan ? RoundUp(given, slot?.Unit ?? TimeSpan.FromSeconds(1)) : value;
    }
}
