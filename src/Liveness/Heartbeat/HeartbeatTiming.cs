using static Liveness.Durations;

namespace Liveness;

/// <summary>What both ends' wishes come to, seen from one of them: how soon it must hear the peer, and how often it sends.</summary>
/// <remarks>
/// The mirror of BFD's negotiation (RFC 5880 section 6.8.4): the slower side decides each direction, and both know the result.
/// </remarks>
internal sealed record HeartbeatTiming
{
    public HeartbeatTiming(HeartbeatRate own, WireIntervals peer)
    {
        ReceiveInterval = own.Judges ? Longer(own.Wire.Rx, peer.MinTx) : TimeSpan.MaxValue;
        Bound = own.Judges ? ReceiveInterval * (own.MissedBeats + 1) : TimeSpan.MaxValue;
        SuspectAfter = own.Judges ? HeartbeatRules.SuspectAfter(ReceiveInterval) : TimeSpan.MaxValue;
        Deadline = own.Judges ? HeartbeatRules.Deadline(Bound, own.Tick) : TimeSpan.MaxValue;
        SendInterval = peer.WantsBeats ? Longer(Shorter(peer.Rx, own.Interval), Longer(peer.MinRx, own.Wire.MinTx)) : TimeSpan.MaxValue;
        SendSpacing = peer.MinRx;
        Peer = peer;
        SharedInterval = Shared(own, peer, SendInterval);
        DetectWithin = own.DetectWithin;
        ShorterBound = Shorter(own.DetectWithin, peer.WantsBeats ? HeartbeatRules.BoundOfPeer(peer.Rx) : TimeSpan.MaxValue);
    }

    private HeartbeatTiming()
    {
    }

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
            SuspectAfter = judges ? HeartbeatRules.SuspectAfter(interval) : TimeSpan.MaxValue,
            Deadline = judges ? HeartbeatRules.Deadline(bound, tick) : TimeSpan.MaxValue,
            SendInterval = TimeSpan.MaxValue,
            SharedInterval = TimeSpan.MaxValue,
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

    /// <summary>The shorter of both ends' send intervals, where they are equal enough that one end leads and the other follows;
    /// <see cref="TimeSpan.MaxValue"/> where not.</summary>
    public TimeSpan SharedInterval { get; init; }

    public bool HasRoles => SharedInterval != TimeSpan.MaxValue;

    /// <summary>What must lie between two control frames of ours that nobody asked for.</summary>
    public TimeSpan SendSpacing { get; }

    /// <summary>What the peer asks for; nothing where nothing is agreed.</summary>
    public WireIntervals Peer { get; }

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
        ReceiveInterval = Longer(ReceiveInterval, other.ReceiveInterval),
        Bound = Longer(Bound, other.Bound),
        SuspectAfter = Longer(SuspectAfter, other.SuspectAfter),
        Deadline = Longer(Deadline, other.Deadline),
        DetectWithin = Longer(DetectWithin, other.DetectWithin),
        ShorterBound = Shorter(ShorterBound, other.ShorterBound),
    };

    /// <summary>Both ends know what comes of both their wishes.</summary>
    private static TimeSpan Shared(HeartbeatRate own, WireIntervals peer, TimeSpan send)
    {
        if (!own.Judges || !peer.WantsBeats)
        {
            return TimeSpan.MaxValue;
        }

        TimeSpan receive = Longer(Shorter(own.Wire.Rx, peer.Rx), Longer(own.Wire.MinRx, peer.MinTx));
        return HeartbeatRules.AreEqualEnough(Shorter(send, receive), Longer(send, receive)) ? Shorter(send, receive) : TimeSpan.MaxValue;
    }
}
