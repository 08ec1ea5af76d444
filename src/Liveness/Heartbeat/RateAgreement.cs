namespace Liveness;

/// <summary>What both ends agreed on, and how it changes while the connection lives: sections 4 and 6 of PROTOCOL.md.</summary>
/// <remarks>A part of its machine, under the lock of that machine's owner; a struct, for every connection has one.</remarks>
internal struct RateAgreement
{
    /// <summary>Null as long as neither end has changed its mind, as hardly any ever does.</summary>
    private Wishes? _wishes;

    /// <param name="plan">What this end asks for.</param>
    /// <param name="peer">What the peer's HELLO asked for.</param>
    public RateAgreement(HeartbeatPlan plan, WireIntervals peer)
    {
        Plan = plan;

        // As a rule both ends ask for the same: then what follows stands in the plan already.
        HeartbeatTiming agreed = Agreed(peer);
        Timing = agreed == plan.Timing ? plan.Timing : agreed;
    }

    /// <summary>What this end asked for at first.</summary>
    public HeartbeatPlan Plan { get; }

    /// <summary>As it judges now: while a change is on its way, the more patient of old and new.</summary>
    public HeartbeatTiming Timing { get; private set; }

    /// <summary>How many wishes of ours have left: the generation of the newest.</summary>
    public readonly uint Sent => _wishes?.Sent ?? 0;

    /// <summary>The generation of the peer's newest wish; 0 = none yet.</summary>
    public readonly uint Applied => _wishes?.Applied ?? 0;

    /// <summary>The generation of the newest wish of ours that the peer goes by; 0 = that of HELLO.</summary>
    public readonly uint Confirmed => _wishes?.Confirmed ?? 0;

    /// <summary>The newest wish of this end, whether or not it rules already.</summary>
    public readonly HeartbeatRate Newest => Wanted ?? InFlight ?? InForce;

    /// <summary>What is wished is in force: nothing is on its way.</summary>
    public readonly bool IsSettled => Wanted is null && InFlight is null;

    /// <summary>A wish waits to be sent, and none is on its way: there is one at a time.</summary>
    public readonly bool HasToSend => Wanted is not null && InFlight is null;

    /// <summary>The flood guard keeps to the laxer limit until the peer has applied a stricter one.</summary>
    public readonly TimeSpan GuardedInterval =>
        InFlight is not { } next ? InForce.Wire.MinRx : Durations.Shorter(InForce.Wire.MinRx, next.Wire.MinRx);

    /// <summary>What the peer allows us; null where it judges no silence.</summary>
    public readonly PeerBound? PeerBound => Liveness.PeerBound.Of(Timing.Peer, InForce.Wire.MinTx);

    /// <summary>
    /// A new wish. What is slower holds from now on, for a running silence too; what is faster only once the peer has confirmed it.
    /// </summary>
    public void Change(HeartbeatRate rate)
    {
        (_wishes ??= new Wishes()).Wanted = rate;
        Timing = Agreed(Timing.Peer);
    }

    /// <summary>The wish leaves; only where there <see cref="HasToSend">is one</see>.</summary>
    public RateFrame Take()
    {
        Wishes wishes = _wishes!;
        HeartbeatRate leaves = wishes.Wanted!;
        wishes.InFlight = leaves;
        wishes.Wanted = null;
        wishes.Sent = unchecked(wishes.Sent + 1);
        Timing = Agreed(Timing.Peer);
        return new RateFrame(leaves.Wire, wishes.Sent);
    }

    /// <summary>A wish of the peer holds from now on.</summary>
    /// <returns>The rule that it breaks, or none.</returns>
    public ProtocolRule Apply(in RateFrame rate)
    {
        if (rate.Generation != unchecked(Applied + 1))
        {
            return ProtocolRule.RateGeneration;
        }

        if (!rate.Intervals.IsLegal)
        {
            return ProtocolRule.RateIntervals;
        }

        (_wishes ??= new Wishes()).Applied = rate.Generation;
        Timing = Agreed(rate.Intervals);
        return ProtocolRule.None;
    }

    /// <summary>The peer says in a beat which of our wishes it goes by.</summary>
    public void Confirm(uint generation)
    {
        if (_wishes is not { } wishes)
        {
            return;
        }

        wishes.Confirmed = generation;
        if (wishes.InFlight is { } next && generation == wishes.Sent)
        {
            wishes.InForce = next;
            wishes.InFlight = null;
            Timing = Agreed(Timing.Peer);
        }
    }

    /// <summary>The newest wish of this end that the peer goes by.</summary>
    private readonly HeartbeatRate InForce => _wishes?.InForce ?? Plan.Rate;

    private readonly HeartbeatRate? InFlight => _wishes?.InFlight;

    private readonly HeartbeatRate? Wanted => _wishes?.Wanted;

    private readonly HeartbeatTiming Agreed(WireIntervals peer)
    {
        HeartbeatTiming timing = new(InForce, peer);
        TimeSpan sendInterval = timing.SendInterval;
        if (InFlight is { } inFlight)
        {
            HeartbeatTiming next = new(inFlight, peer);
            sendInterval = Durations.Shorter(sendInterval, next.SendInterval);
            timing = timing.MorePatient(next);
        }

        if (Wanted is { } wanted)
        {
            timing = timing.MorePatient(new HeartbeatTiming(wanted, peer));
        }

        // Which of the two holds at the other end is not known while a change is on its way: then nobody leads.
        return IsSettled ? timing : timing with { SendInterval = sendInterval, SharedInterval = TimeSpan.MaxValue };
    }

    /// <summary>What has changed, or is about to.</summary>
    private sealed class Wishes
    {
        /// <summary>Confirmed; null = that of the plan still holds.</summary>
        public HeartbeatRate? InForce;

        /// <summary>Sent and not confirmed yet.</summary>
        public HeartbeatRate? InFlight;

        /// <summary>Not sent yet.</summary>
        public HeartbeatRate? Wanted;

        /// <inheritdoc cref="RateAgreement.Sent"/>
        public uint Sent;

        /// <inheritdoc cref="RateAgreement.Applied"/>
        public uint Applied;

        /// <inheritdoc cref="RateAgreement.Confirmed"/>
        public uint Confirmed;
    }
}
