namespace Liveness;

/// <summary>What both ends agreed on, and how it changes while the connection lives: sections 4 and 6 of PROTOCOL.md.</summary>
/// <remarks>A part of its machine, under the lock of that machine's owner; a struct, for every connection has one.</remarks>
internal struct RateAgreement
{
    private HeartbeatRate _inForce;
    private HeartbeatRate? _inFlight;
    private HeartbeatRate? _wanted;
    private WireIntervals _peer;

    /// <param name="plan">What this end asks for.</param>
    /// <param name="peer">What the peer's HELLO asked for.</param>
    public RateAgreement(HeartbeatPlan plan, WireIntervals peer)
    {
        _inForce = plan.Rate;
        _peer = peer;

        // As a rule both ends ask for the same: then what follows stands in the plan already.
        HeartbeatTiming agreed = Agreed();
        Timing = agreed == plan.Timing ? plan.Timing : agreed;
    }

    /// <summary>As it judges now: while a change is on its way, the more patient of old and new.</summary>
    public HeartbeatTiming Timing { get; private set; }

    /// <summary>How many wishes of ours have left: the generation of the newest.</summary>
    public uint Sent { get; private set; }

    /// <summary>The generation of the peer's newest wish; 0 = none yet.</summary>
    public uint Applied { get; private set; }

    /// <summary>The newest wish of this end, whether or not it rules already.</summary>
    public readonly HeartbeatRate Newest => _wanted ?? _inFlight ?? _inForce;

    /// <summary>What is wished is in force: nothing is on its way.</summary>
    public readonly bool IsSettled => _wanted is null && _inFlight is null;

    /// <summary>A wish waits to be sent, and none is on its way: there is one at a time.</summary>
    public readonly bool HasToSend => _wanted is not null && _inFlight is null;

    /// <summary>The flood guard keeps to the laxer limit until the peer has applied a stricter one.</summary>
    public readonly TimeSpan GuardedInterval =>
        _inFlight is null ? _inForce.Wire.MinRx : Durations.Shorter(_inForce.Wire.MinRx, _inFlight.Wire.MinRx);

    /// <summary>What the peer allows us; null where it judges no silence.</summary>
    public readonly PeerBound? PeerBound => Liveness.PeerBound.Of(_peer, _inForce.Wire.MinTx);

    /// <summary>
    /// A new wish. What is slower holds from now on, for a running silence too; what is faster only once the peer has confirmed it.
    /// </summary>
    public void Change(HeartbeatRate rate)
    {
        _wanted = rate;
        Timing = Agreed();
    }

    /// <summary>The wish leaves; only where there <see cref="HasToSend">is one</see>.</summary>
    public RateFrame Take()
    {
        _inFlight = _wanted!;
        _wanted = null;
        Sent = unchecked(Sent + 1);
        Timing = Agreed();
        return new RateFrame(_inFlight.Wire, Sent);
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

        Applied = rate.Generation;
        _peer = rate.Intervals;
        Timing = Agreed();
        return ProtocolRule.None;
    }

    /// <summary>The peer says in a beat which of our wishes it goes by.</summary>
    public void Confirm(uint generation)
    {
        if (_inFlight is not null && generation == Sent)
        {
            _inForce = _inFlight;
            _inFlight = null;
            Timing = Agreed();
        }
    }

    private readonly HeartbeatTiming Agreed()
    {
        HeartbeatTiming timing = new(_inForce, _peer);
        TimeSpan sendInterval = timing.SendInterval;
        if (_inFlight is not null)
        {
            HeartbeatTiming next = new(_inFlight, _peer);
            sendInterval = Durations.Shorter(sendInterval, next.SendInterval);
            timing = timing.MorePatient(next);
        }

        if (_wanted is not null)
        {
            timing = timing.MorePatient(new HeartbeatTiming(_wanted, _peer));
        }

        // Which of the two holds at the other end is not known while a change is on its way: then nobody leads.
        return IsSettled ? timing : timing with { SendInterval = sendInterval, SharedInterval = TimeSpan.MaxValue };
    }
}
