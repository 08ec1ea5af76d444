namespace Liveness.KeepAlive;

/// <summary>How long a dead peer goes unnoticed, from the values in force. Null = unknown; infinite = for ever.</summary>
internal static class DetectionTimes
{
    /// <summary>Linux' TCP_RTO_MIN, from which it computes how long its retransmissions may take (tcp_model_timeout).</summary>
    public static readonly TimeSpan ShortestRetransmissionTimeout = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan s_firstSynTimeout = TimeSpan.FromSeconds(1);

    /// <param name="kernel">Whose rules hold.</param>
    /// <param name="enabled">Whether it probes.</param>
    /// <param name="idle">Silence before the first probe.</param>
    /// <param name="interval">Time between probes.</param>
    /// <param name="count">How many are sent.</param>
    /// <param name="userTimeout">How long sent data may stay unacknowledged; infinite = off.</param>
    /// <param name="closedWindow">The same for a closed window, on macOS, where that is an option of its own.</param>
    /// <param name="limits">What the system does by itself.</param>
    public static TcpKeepAliveDetection Of(
        KeepAliveKernel kernel,
        bool? enabled,
        TimeSpan? idle,
        TimeSpan? interval,
        int? count,
        TimeSpan? userTimeout,
        TimeSpan? closedWindow,
        KernelLimits limits)
    {
        int? probes = EffectiveProbes(kernel, idle, interval, count, userTimeout);
        TimeSpan? silent = enabled switch
        {
            null => null,
            false => Timeout.InfiniteTimeSpan,
            true => idle is { } first && interval is { } between && probes is { } number ? Sum(first, Times(between, number)) : null,
        };
        return kernel switch
        {
            KeepAliveKernel.Linux => Linux(silent, userTimeout, limits),
            KeepAliveKernel.Windows => Windows(silent, userTimeout),
            KeepAliveKernel.MacOS => Bsd(silent, userTimeout, closedWindow),

            // Whether FreeBSD counts the answers to window probes as progress is not documented.
            KeepAliveKernel.FreeBsd => Bsd(silent, userTimeout, closedWindow: userTimeout == Timeout.InfiniteTimeSpan ? userTimeout : null),
            _ => new TcpKeepAliveDetection { Idle = silent },
        };
    }

    /// <summary>How many unanswered probes end an idle connection.</summary>
    public static int? EffectiveProbes(KeepAliveKernel kernel, TimeSpan? idle, TimeSpan? interval, int? count, TimeSpan? userTimeout)
    {
        if (kernel != KeepAliveKernel.Linux || userTimeout == Timeout.InfiniteTimeSpan)
        {
            return count;
        }

        // At every due probe Linux looks whether a user timeout has passed with at least one probe out; the count is not looked at
        // (tcp_keepalive_timer).
        return userTimeout is { } limit && idle is { } first && interval is { Ticks: > 0 } between
            ? (int)Math.Clamp((limit - first).Ticks / between.Ticks + ((limit - first).Ticks % between.Ticks > 0 ? 1 : 0), 1, int.MaxValue)
            : null;
    }

    /// <summary>The time that so many retransmissions take, with a timeout that doubles up to a limit.</summary>
    public static TimeSpan Retransmissions(int count, TimeSpan first, TimeSpan longest)
    {
        TimeSpan sum = TimeSpan.Zero;
        TimeSpan timeout = first;
        for (int i = 0; i <= count; i++)
        {
            sum += Durations.Shorter(timeout, longest);
            timeout = timeout < longest ? timeout * 2 : timeout;
        }

        return sum;
    }

    private static TcpKeepAliveDetection Linux(TimeSpan? silent, TimeSpan? userTimeout, KernelLimits limits)
    {
        bool off = userTimeout == Timeout.InfiniteTimeSpan;
        TimeSpan? inFlight = off ? LinuxData(limits) : userTimeout;
        return new TcpKeepAliveDetection
        {
            Idle = silent,
            IdleThenWriting = Sum(silent, inFlight),
            DataInFlight = inFlight,
            ClosedWindow = userTimeout,
            Connecting = (limits.LinearSynRetransmissions * s_firstSynTimeout)
                + Retransmissions(limits.SynRetransmissions, s_firstSynTimeout, limits.LongestRetransmissionTimeout),
        };
    }

    private static TimeSpan LinuxData(KernelLimits limits)
    {
        return Retransmissions(limits.DataRetransmissions, ShortestRetransmissionTimeout, limits.LongestRetransmissionTimeout);
    }

    private static TcpKeepAliveDetection Windows(TimeSpan? silent, TimeSpan? userTimeout) => new()
    {
        Idle = silent,
        IdleThenWriting = Sum(silent, userTimeout),
        DataInFlight = userTimeout,
        Connecting = TimeSpan.FromSeconds(21),
    };

    /// <summary>Data in flight does not suspend the probes here.</summary>
    private static TcpKeepAliveDetection Bsd(TimeSpan? silent, TimeSpan? userTimeout, TimeSpan? closedWindow)
    {
        TimeSpan? inFlight = Shorter(silent, userTimeout);
        return new TcpKeepAliveDetection
        {
            Idle = silent,
            IdleThenWriting = silent,

            // Without either it is the kernel's own number of retransmissions: many minutes.
            DataInFlight = inFlight == Timeout.InfiniteTimeSpan ? null : inFlight,
            ClosedWindow = closedWindow,
            Connecting = TimeSpan.FromSeconds(75),
        };
    }

    private static TimeSpan? Shorter(TimeSpan? left, TimeSpan? right)
    {
        return left is not { } a || right is not { } b ? null
            : a == Timeout.InfiniteTimeSpan ? b
            : b == Timeout.InfiniteTimeSpan || a < b ? a : b;
    }

    private static TimeSpan? Sum(TimeSpan? left, TimeSpan? right)
    {
        return left is not { } a || right is not { } b ? null
            : a == Timeout.InfiniteTimeSpan || b == Timeout.InfiniteTimeSpan || a > TimeSpan.MaxValue - b ? Timeout.InfiniteTimeSpan
            : a + b;
    }

    private static TimeSpan Times(TimeSpan span, int count) =>
        count > TimeSpan.MaxValue.Ticks / span.Ticks ? Timeout.InfiniteTimeSpan : span * count;
}
