using static Liveness.Durations;

namespace Liveness.SideChannel;

/// <summary>How the kernel is made to watch a data connection, and what follows from that. Whole seconds, as keepalive counts.</summary>
internal readonly record struct WitnessPlan
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    /// <summary>What an answer may take, beside the kernel's timers. They may be an eighth late.</summary>
    private static readonly TimeSpan s_answerTime = TimeSpan.FromMilliseconds(250);

    private readonly TimeSpan _detectWithin;

    /// <param name="detectWithin">T; <see cref="TimeSpan.MaxValue"/> = off.</param>
    public WitnessPlan(TimeSpan detectWithin)
    {
        _detectWithin = detectWithin;
    }

    /// <summary>Without a sign of life for so long, keepalive sends its first probe: a quarter of T.</summary>
    public TimeSpan Idle => WholeSeconds(_detectWithin / 4);

    /// <summary>Between unanswered probes: an eighth of T.</summary>
    public TimeSpan Interval => WholeSeconds(_detectWithin / 8);

    /// <summary>A sign of life is fresh for so long: half of T, but at least until a second probe would have been answered.</summary>
    public TimeSpan FreshWithin => Longer(_detectWithin / 2, Late(Idle + Interval));

    /// <summary>
    /// What the witness alone proves it takes so long for: T, but at least four probes, each with the time to be answered: on a path that
    /// loses a packet now and then, fewer would end live connections.
    /// </summary>
    public TimeSpan Bound => Longer(_detectWithin, Idle + (4 * Interval));

    /// <summary>How often to look: a quarter of T.</summary>
    public TimeSpan LookEvery => _detectWithin / 4;

    /// <summary>Looks further apart than this are a pause of ours.</summary>
    public TimeSpan LongestGap => Longer(_detectWithin / 2, s_second);

    /// <summary>When an answer that the kernel waits <paramref name="timer"/> to ask for must be there.</summary>
    public static TimeSpan Late(TimeSpan timer) => (timer * 1.125) + s_answerTime;

    private static TimeSpan WholeSeconds(TimeSpan time) =>
        Longer(s_second, TimeSpan.FromTicks(time.Ticks - (time.Ticks % TimeSpan.TicksPerSecond)));
}
