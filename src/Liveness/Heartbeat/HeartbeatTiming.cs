namespace Liveness;

/// <summary>What both ends' wishes come to, seen from one of them: how soon it must hear the peer, and how often it sends.</summary>
/// <remarks>
/// The mirror of BFD's negotiation (RFC 5880 section 6.8.4): the slower side decides each direction, and both know the result.
/// </remarks>
internal sealed record HeartbeatTiming
{
    public HeartbeatTiming(HeartbeatRate own, WireIntervals peer)
    {
        ReceiveInterval = own.Judges ? Max(own.Wire.Rx, peer.MinTx) : TimeSpan.MaxValue;
        Bound = own.Judges ? ReceiveInterval * (own.MissedBeats + 1) : TimeSpan.MaxValue;
        SuspectAfter = own.Judges ? ReceiveInterval * 1.5 : TimeSpan.MaxValue;

        Deadline = own.Judges ? DeadlineOf(Bound, own.Tick) : TimeSpan.MaxValue;
        SendInterval = peer.WantsBeats ? Max(Min(peer.Rx, own.Interval), Max(peer.MinRx, own.Wire.MinTx)) : TimeSpan.MaxValue;
        SendSpacing = peer.MinRx;
        DetectWithin = own.DetectWithin;
        ShorterBound = Min(own.DetectWithin, peer.WantsBeats ? peer.Rx * 4 : TimeSpan.MaxValue);
    }

    private HeartbeatTiming()
    {
    }

    private static readonly TimeSpan s_toldWithin = TimeSpan.FromMilliseconds(20);

    /// <summary>Nothing is agreed: this end asks when it has heard nothing for that long, and takes whatever comes for life.</summary>
    /// <param name="interval"><see cref="TimeSpan.MaxValue"/> where nothing is judged.</param>
    /// <param name="bound"><see cref="TimeSpan.MaxValue"/> where nothing is judged.</param>
    /// <param name="tick">How finely the connection is timed.</param>
    public static HeartbeatTiming OfPings(TimeSpan interval, TimeSpan bound, TimeSpan tick)
    {
        bool judges = bound != TimeSpan.MaxValue;
        return new HeartbeatTiming
        {
            ReceiveInterval = interval,
            Bound = bound,
            SuspectAfter = judges ? interval * 1.5 : TimeSpan.MaxValue,
            Deadline = judges ? DeadlineOf(bound, tick) : TimeSpan.MaxValue,
            SendInterval = TimeSpan.MaxValue,
            DetectWithin = bound,
            ShorterBound = bound,
        };
    }

    /// <summary>R: the peer sends at least this often.</summary>
    public TimeSpan ReceiveInterval { get; init; }

    /// <summary>(MissedBeats + 1) R: within this time of the last byte heard the caller knows.</summary>
    public TimeSpan Bound { get; init; }

    /// <summary>Silence after which probes are sent.</summary>
    public TimeSpan SuspectAfter { get; init; }

    /// <summary>D: silence after which the verdict falls.</summary>
    public TimeSpan Deadline { get; init; }

    /// <summary>S: this end sends a beat at least this often; <see cref="TimeSpan.MaxValue"/> where the peer wants none.</summary>
    public TimeSpan SendInterval { get; init; }

    /// <summary>What must lie between two control frames of ours that nobody asked for.</summary>
    public TimeSpan SendSpacing { get; }

    /// <summary>
    /// T: what this end asked for. The bound is longer where the peer can't beat that often. <see cref="TimeSpan.MaxValue"/> where nothing
    /// is judged.
    /// </summary>
    public TimeSpan DetectWithin { get; init; }

    /// <summary>The shorter of both ends' DetectWithin, as far as this end knows: the peer asks for at least four beats in its own.
    /// <see cref="TimeSpan.MaxValue"/> where neither judges silence.</summary>
    public TimeSpan ShorterBound { get; init; }

    /// <summary>
    /// The more patient of two agreements in everything that judges the peer, and the less patient in how long a beat may wait here.
    /// </summary>
    public HeartbeatTiming MorePatient(HeartbeatTiming other) => this with
    {
        ReceiveInterval = Max(ReceiveInterval, other.ReceiveInterval),
        Bound = Max(Bound, other.Bound),
        SuspectAfter = Max(SuspectAfter, other.SuspectAfter),
        Deadline = Max(Deadline, other.Deadline),
        DetectWithin = Max(DetectWithin, other.DetectWithin),
        ShorterBound = Min(ShorterBound, other.ShorterBound),
    };

    /// <summary>The caller is to be told within the bound: what lies between the decision and the caller comes off the deadline.</summary>
    private static TimeSpan DeadlineOf(TimeSpan bound, TimeSpan tick) => bound - Min(tick + s_toldWithin, bound / 8);

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
