using Liveness.KeepAlive;

namespace Liveness;

/// <summary>From one keepalive to the next: what of it is put in force at once, and what waits for the peer to be heard. Pure.</summary>
/// <param name="plan">In force; null = the socket was left as it is.</param>
internal struct KeepAliveTransition(TcpKeepAlivePlan? plan)
{
    private static readonly Lazy<TcpKeepAlivePlan> s_off = new(() =>
        TcpKeepAlivePlan.Create(
            new TcpKeepAliveOptions { Enabled = false, UserTimeout = Timeout.InfiniteTimeSpan, Policy = TcpKeepAlivePolicy.BestEffort }));

    /// <summary>The newest that was asked for.</summary>
    private TcpKeepAlivePlan? _plan = plan;

    /// <summary>A silence as long as this ends the connection by the old user timeout as well as by the new one.</summary>
    private TimeSpan _longest;

    /// <summary>Its probes are in force, and its user timeout is not yet; null = nothing waits.</summary>
    public TcpKeepAlivePlan? Waiting { get; private set; }

    /// <returns>What is to be put in force at once; null = nothing is new.</returns>
    public TcpKeepAlivePlan? Change(LivenessSettings settings)
    {
        if (settings.KeepAlive?.Values == _plan?.Values)
        {
            return null;
        }

        TcpKeepAlivePlan plan = settings.KeepAlive ?? s_off.Value;
        _longest = Longer(_plan?.UserTimeout, plan.UserTimeout);
        _plan = settings.KeepAlive;
        bool hasUserTimeout = plan.UserTimeout is { } userTimeout && userTimeout != Timeout.InfiniteTimeSpan;
        Waiting = hasUserTimeout && settings.KeepAliveProbes is not null ? plan : null;
        return Waiting is null ? plan : settings.KeepAliveProbes;
    }

    /// <summary>It is in force, or the connection is over.</summary>
    public void End() => Waiting = null;

    /// <summary>What waits is to be put in force.</summary>
    /// <param name="silence">Since the last acknowledgement; null = the kernel does not tell.</param>
    public readonly bool IsTime(TimeSpan? silence) => IsTime(silence, Waiting?.UserTimeout ?? TimeSpan.Zero, _longest);

    /// <summary>
    /// Where the kernel does not tell its ages, nothing is known of such an end. A peer that stays silent for all that time is given up:
    /// data in flight keeps the probes back.
    /// </summary>
    /// <param name="silence">Since the last acknowledgement.</param>
    /// <param name="userTimeout">That waits to be put in force.</param>
    /// <param name="longest">The longer one of the old user timeout and the new.</param>
    internal static bool IsTime(TimeSpan? silence, TimeSpan userTimeout, TimeSpan longest) =>
        silence is not { } known || known < userTimeout / 4 || known >= longest;

    private static TimeSpan Longer(TimeSpan? before, TimeSpan? after)
    {
        TimeSpan one = before is { } old && old != Timeout.InfiniteTimeSpan ? old : TimeSpan.Zero;
        return after is { } other && other > one ? other : one;
    }
}
