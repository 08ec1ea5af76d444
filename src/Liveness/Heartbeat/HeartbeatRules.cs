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
    public const double MissedShareWhenAsked = 0.6;

    /// <summary>Section 5.1: jitter takes at most this part of the interval off.</summary>
    private const int MostJitterDivisor = 4;

    /// <summary>Section 5.11: by this part of the shorter one, at most, two intervals differ that are equal enough for roles.</summary>
    private const int EqualEnoughDivisor = 8;

    /// <summary>Section 5.11: by this part of the interval, at most, the leader is ahead of the follower's own time.</summary>
    private const int MostLeadDivisor = 8;

    /// <summary>Section 5.11: by this part of the interval, at least, where that is longer than <see cref="s_lead"/>.</summary>
    private const int LeadDivisor = 100;

    /// <summary>Section 5.11: one in so many of the leader's beats is drawn.</summary>
    private const int LeadersJitterDivisor = 32;

    /// <summary>Section 4: an end asks for at least so many beats in its own bound.</summary>
    private const int LeastBeatsPerBound = 4;

    private static readonly TimeSpan s_shortestTick = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan s_longestTick = TimeSpan.FromMilliseconds(100);

    /// <summary>Section 4, "Judgement": what lies between the decision and the caller.</summary>
    private static readonly TimeSpan s_toldWithin = TimeSpan.FromMilliseconds(20);

    /// <summary>Section 5.11: by so much, as a rule, the leader is ahead of the follower's own time.</summary>
    private static readonly TimeSpan s_lead = TimeSpan.FromMilliseconds(10);

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

    /// <summary>By what part of its bound a peer may be late with a beat, and is not judged.</summary>
    /// <param name="intervals">Receive intervals in the bound: 2 at least.</param>
    public static double ShareForLateness(double intervals) => 1 - (1d / MostMarginDivisor) - (1 / intervals);

    /// <summary>
    /// How long a suspect peer has for one probe before the next; a slower path and the peer's own spacing make it longer.
    /// </summary>
    public static TimeSpan ProbeSpacing(TimeSpan bound) => bound / ProbesPerBound;

    /// <summary>From when on a regular beat may leave, after the one before.</summary>
    public static TimeSpan EarliestBeatAfter(TimeSpan sendInterval) => sendInterval - Part(sendInterval, MostJitterDivisor);

    /// <summary>Both ends beat about equally often.</summary>
    public static bool AreEqualEnough(TimeSpan shorter, TimeSpan longer) => longer - shorter <= Part(shorter, EqualEnoughDivisor);

    /// <summary>From when on the follower's regular beat goes with the leader's, after its own before.</summary>
    public static TimeSpan FollowsAfter(TimeSpan interval) => Part(interval, 2);

    /// <summary>The leader beats so much sooner than the follower would by itself that a timer and a path seldom differ by more from beat
    /// to beat.</summary>
    public static TimeSpan LeadersTurn(TimeSpan interval) =>
        interval - Durations.Shorter(Durations.Longer(Part(interval, LeadDivisor), s_lead), Part(interval, MostLeadDivisor));

    /// <summary>Of the leader's beats one in so many leaves at any time that rule 1 allows; the others as late as they may.</summary>
    public static TimeSpan LeadersJitter(TimeSpan room, double fraction) =>
        fraction * LeadersJitterDivisor < 1 ? room * (1 - (fraction * LeadersJitterDivisor)) : TimeSpan.Zero;

    /// <summary>An interval that only jitter shortens, for what is not sent in time with the others.</summary>
    public static TimeSpan Jittered(TimeSpan interval, double fraction) => interval * (1 - ((1 - fraction) / MostJitterDivisor));

    /// <summary>The longest bound that a peer can have which asks for beats that often.</summary>
    public static TimeSpan BoundOfPeer(TimeSpan receiveInterval) => receiveInterval * LeastBeatsPerBound;

    /// <summary>The outbound age from which on the way out may be judged.</summary>
    public static TimeSpan OutboundLimit(TimeSpan detectWithin, TimeSpan sendInterval) =>
        Durations.Longer(detectWithin, new TimeSpan(sendInterval.Ticks * OutboundIntervals));

    /// <summary>A quarter of the outbound limit.</summary>
    public static TimeSpan OutboundStep(TimeSpan limit) => Part(limit, OutboundQuarter);

    /// <summary>What the peer misses is more than its own lag explains.</summary>
    public static bool IsBeyondLag(TimeSpan missed, TimeSpan peerLag) => missed > peerLag + s_unseenLag;

    /// <summary>The peer misses so much that nothing else is needed.</summary>
    public static bool IsMissedForLong(TimeSpan missed, TimeSpan outboundAge, TimeSpan limit) =>
        missed >= Durations.Longer(limit, outboundAge) * MissedShare;

    /// <summary>The peer misses enough, if it was asked and has not answered.</summary>
    public static bool IsMissedWhenAsked(TimeSpan missed, TimeSpan limit) => missed >= limit * MissedShareWhenAsked;

    /// <summary>In whole ticks: what is asked for at every beat does without floating point.</summary>
    private static TimeSpan Part(TimeSpan whole, long divisor) => new(whole.Ticks / divisor);
}
