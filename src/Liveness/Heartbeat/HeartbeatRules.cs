namespace Liveness;

/// <summary>The numbers of the protocol, each with its section of PROTOCOL.md.</summary>
internal static class HeartbeatRules
{
    /// <summary>Section 8: so many control frames may come ahead of their time.</summary>
    public const int FloodDepth = 64;

    /// <summary>Section 8: an eighth on top, for clocks that run at different speeds.</summary>
    public const double FloodClockShare = 1.125;

    /// <summary>Section 8: so much DATA pays for one CREDIT.</summary>
    public const ulong DataBytesPerCredit = 4096;

    /// <summary>Section 5.8: of so many beats it is known when they were handed over.</summary>
    public const int MostBeatsKept = 64;

    /// <summary>Section 4, "Suspicion": after so many receive intervals of silence.</summary>
    private const double SuspectAfterIntervals = 1.5;

    /// <summary>Section 4, "Suspicion": so many probes fit into the bound.</summary>
    private const int ProbesPerBound = 16;

    /// <summary>Section 4, "Judgement": at most this part of the bound comes off the deadline.</summary>
    private const int MostMarginDivisor = 8;

    /// <summary>Section 4, "One-way loss": the way out is judged after so many send intervals at the earliest.</summary>
    private const int OutboundIntervals = 4;

    /// <summary>
    /// Section 4, "One-way loss": when the peer is asked, for how long it may answer, and how often a verdict is repeated.
    /// </summary>
    private const int OutboundQuarter = 4;

    /// <summary>Section 4, "One-way loss": the part that the peer must say it misses.</summary>
    private const double MissedShare = 0.75;

    /// <summary>Section 4, "One-way loss": the same, where a question about it was not answered.</summary>
    private const double MissedShareWhenAsked = 0.6;

    /// <summary>Section 5.1: the earliest of the interval at which a regular beat leaves.</summary>
    private const double EarliestBeat = 0.75;

    /// <summary>Section 4: an end asks for at least so many beats in its own bound.</summary>
    private const int LeastBeatsPerBound = 4;

    private static readonly TimeSpan s_shortestTick = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan s_longestTick = TimeSpan.FromMilliseconds(100);

    /// <summary>Section 4, "Judgement": what lies between the decision and the caller.</summary>
    private static readonly TimeSpan s_toldWithin = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Section 4, "One-way loss": a peer's pool may be behind for one period of its lag probe before any beat says so.
    /// </summary>
    private static readonly TimeSpan s_unseenLag = TimeSpan.FromMilliseconds(250);

    /// <summary>Section 4, "Judgement", leaves the resolution of the timer to each end: this is ours.</summary>
    /// <param name="detectWithin"><see cref="TimeSpan.MaxValue"/> where nothing is judged.</param>
    public static TimeSpan Tick(TimeSpan detectWithin) =>
        TimeSpan.FromTicks(Math.Clamp(detectWithin.Ticks / 16, s_shortestTick.Ticks, s_longestTick.Ticks));

    /// <summary>The silence after which an end is suspect.</summary>
    public static TimeSpan SuspectAfter(TimeSpan receiveInterval) => receiveInterval * SuspectAfterIntervals;

    /// <summary>
    /// The silence after which the verdict falls. The caller is to be told within the bound: what lies between the decision and the caller
    /// comes off it.
    /// </summary>
    public static TimeSpan Deadline(TimeSpan bound, TimeSpan tick) => bound - Margin(bound, tick);

    /// <summary>What comes off a bound for the way from the decision to the caller.</summary>
    public static TimeSpan Margin(TimeSpan bound, TimeSpan tick) => Durations.Shorter(tick + s_toldWithin, bound / MostMarginDivisor);

    /// <summary>
    /// How long a suspect peer has for one probe before the next; a slower path and the peer's own spacing make it longer.
    /// </summary>
    public static TimeSpan ProbeSpacing(TimeSpan bound) => bound / ProbesPerBound;

    /// <summary>From when on a regular beat may leave, after the one before.</summary>
    public static TimeSpan EarliestBeatAfter(TimeSpan sendInterval) => sendInterval * EarliestBeat;

    /// <summary>Where in what is left of the interval: jitter only shortens.</summary>
    public static TimeSpan BeatJitter(TimeSpan sendInterval, double fraction) => sendInterval * ((1 - EarliestBeat) * fraction);

    /// <summary>An interval that only jitter shortens, for what is not sent in time with the others.</summary>
    public static TimeSpan Jittered(TimeSpan interval, double fraction) => interval * (EarliestBeat + ((1 - EarliestBeat) * fraction));

    /// <summary>The longest bound that a peer can have which asks for beats that often.</summary>
    public static TimeSpan BoundOfPeer(TimeSpan receiveInterval) => receiveInterval * LeastBeatsPerBound;

    /// <summary>The outbound age from which on the way out may be judged.</summary>
    public static TimeSpan OutboundLimit(TimeSpan detectWithin, TimeSpan sendInterval) =>
        Durations.Longer(detectWithin, sendInterval * OutboundIntervals);

    /// <summary>A quarter of the outbound limit.</summary>
    public static TimeSpan OutboundStep(TimeSpan limit) => limit / OutboundQuarter;

    /// <summary>What the peer misses is more than its own lag explains.</summary>
    public static bool IsBeyondLag(TimeSpan missed, TimeSpan peerLag) => missed > peerLag + s_unseenLag;

    /// <summary>The peer misses so much that nothing else is needed.</summary>
    public static bool IsMissedForLong(TimeSpan missed, TimeSpan outboundAge, TimeSpan limit) =>
        missed >= Durations.Longer(limit, outboundAge) * MissedShare;

    /// <summary>The peer misses enough, if it was asked and has not answered.</summary>
    public static bool IsMissedWhenAsked(TimeSpan missed, TimeSpan limit) => missed >= limit * MissedShareWhenAsked;
}
