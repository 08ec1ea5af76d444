using System.Net.Sockets;

namespace Liveness.KeepAlive;

/// <summary>Reads what is in force on a socket, value by value: what can't be read is null.</summary>
internal static class KeepAliveReader
{
    // Linux since 6.15: the longest retransmission timeout of this one socket, in milliseconds.
    private static readonly KernelOption s_longestRetransmissionTimeout = new(6, 44);

    public static TcpKeepAliveSettings Read(KeepAlivePlatform platform, ISocketOptions socket, KernelLimits limits)
    {
        bool? enabled = Number(socket, platform.Enabled) is { } power ? power != 0 : null;
        TimeSpan? idle = Time(socket, platform.Idle, 0);
        TimeSpan? interval = Time(socket, platform.Interval, 0);
        int? count = platform.FixedProbeCount ?? (platform.ProbeCount is { } slot ? Number(socket, slot.Options[0]) : null);
        TimeSpan? userTimeout = Time(socket, platform.UserTimeout, 0);
        TimeSpan? closedWindow = platform.UserTimeout?.Options.Length > 1 ? Time(socket, platform.UserTimeout, 1) : userTimeout;
        if (platform.Kernel == KeepAliveKernel.Linux && Number(socket, s_longestRetransmissionTimeout) is > 0 and { } longest)
        {
            limits = limits with { LongestRetransmissionTimeout = TimeSpan.FromMilliseconds(longest) };
        }

        return new TcpKeepAliveSettings(
            enabled,
            idle,
            interval,
            count,
            userTimeout,
            DetectionTimes.Of(platform.Kernel, enabled, idle, interval, count, userTimeout, closedWindow, limits),
            DetectionTimes.EffectiveProbes(platform.Kernel, idle, interval, count, userTimeout));
    }

    private static TimeSpan? Time(ISocketOptions socket, KeepAliveSlot? slot, int index)
    {
        if (slot is null || slot.Options.Length <= index || Number(socket, slot.Options[index]) is not { } value)
        {
            return null;
        }

        return value == slot.Off || (slot.NegativeIsOff && value < 0) ? Timeout.InfiniteTimeSpan
            : value < slot.Least ? null
            : value * slot.Unit;
    }

    private static int? Number(ISocketOptions socket, KernelOption option)
    {
        try
        {
            return socket.Get(option);
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
