namespace Liveness;

/// <content>Rules 1 and 11: what both ends agreed on, and how it changes while the connection lives.</content>
internal sealed partial class HeartbeatMachine
{
    private HeartbeatRate _inForce;
    private HeartbeatRate? _inFlight;
    private HeartbeatRate? _wanted;
    private uint _sentGeneration;
    private uint _appliedGeneration;
    private HeartbeatTiming _judging;

    /// <summary>No beat has left since the newest RATE.</summary>
    private bool _rateWentLast;

    /// <summary>The flood guard keeps to the laxer limit until the peer has applied a stricter one.</summary>
    public TimeSpan GuardedInterval => _inFlight is null ? _inForce.Wire.MinRx : Shorter(_inForce.Wire.MinRx, _inFlight.Wire.MinRx);

    /// <summary>The newest wish of this end, whether or not it rules already.</summary>
    public HeartbeatRate Rate => _wanted ?? _inFlight ?? _inForce;

    /// <summary>What is wished is in force: nothing is on its way.</summary>
    public bool RateIsSettled => _wanted is null && _inFlight is null;

    public uint RatesSent => _sentGeneration;

    /// <summary>The generation of the peer's newest RATE; 0 = none yet.</summary>
    public uint RatesApplied => _appliedGeneration;

    /// <summary>
    /// A new wish. What is slower holds from now on, for a running silence too; what is faster only once the peer has confirmed it.
    /// </summary>
    public void ChangeRate(HeartbeatRate rate)
    {
        _wanted = rate;
        _judging = Agreed();
    }

    /// <summary>A RATE may be handed over now: one is on its way at a time, and it keeps the same distance as a beat. After one RATE a beat
    /// that is due goes first:
    /// else a wish that changes all the time would take the place of every beat.</summary>
    public bool CanSendRate(Instant now) => _wanted is not null && _inFlight is null && now >= UnaskedMayGoAt && !(_rateWentLast && (_beatPending || now >= _nextBeatAt));

    public RateFrame TakeRate(Instant now)
    {
        _inFlight = _wanted!;
        _wanted = null;
        _sentGeneration = unchecked(_sentGeneration + 1);
        _lastUnaskedAt = now;
        _rateWentLast = true;
        _judging = Agreed();
        PullBeat(now);
        return new RateFrame(_inFlight.Wire, _sentGeneration);
    }

    public ProtocolRule OnRate(in RateFrame rate, Instant now)
    {
        if (!_flood.TryTake(now, GuardedInterval))
        {
            return ProtocolRule.Flood;
        }

        if (rate.Generation != unchecked(_appliedGeneration + 1))
        {
            return ProtocolRule.RateGeneration;
        }

        if (!rate.Intervals.IsLegal)
        {
            return ProtocolRule.RateIntervals;
        }

        _appliedGeneration = rate.Generation;
        _peer = rate.Intervals;
        _judging = Agreed();
        PullBeat(now);
        return ProtocolRule.None;
    }

    /// <summary>CREDIT is paid for by data, not by time.</summary>
    public ProtocolRule OnCredit(ulong dataSent) => _flood.TryTakeCredit(dataSent) ? ProtocolRule.None : ProtocolRule.Flood;

    /// <summary>Any other control frame that nobody asked for.</summary>
    public ProtocolRule OnUnasked(Instant now) => _flood.TryTake(now, GuardedInterval) ? ProtocolRule.None : ProtocolRule.Flood;

    private ProtocolRule CheckGeneration(uint generation)
    {
        if (generation > _sentGeneration)
        {
            return ProtocolRule.GenerationNeverSent;
        }

        return HasHeardBeat && generation < _heard.RateGeneration
            ? ProtocolRule.GenerationRegressed
            : ProtocolRule.None;
    }

    private void Confirm(uint generation)
    {
        if (_inFlight is not null && generation == _sentGeneration)
        {
            _inForce = _inFlight;
            _inFlight = null;
            _judging = Agreed();
        }
    }

    private HeartbeatTiming Agreed()
    {
        HeartbeatTiming timing = new(_inForce, _peer);
        TimeSpan sendInterval = timing.SendInterval;
        if (_inFlight is not null)
        {
            HeartbeatTiming next = new(_inFlight, _peer);
            sendInterval = Shorter(sendInterval, next.SendInterval);
            timing = timing.MorePatient(next);
        }

        if (_wanted is not null)
        {
            timing = timing.MorePatient(new HeartbeatTiming(_wanted, _peer));
        }

        return timing with { SendInterval = sendInterval };
    }

    private void PullBeat(Instant now)
    {
        if (_judging.SendInterval == TimeSpan.MaxValue)
        {
            // The peer wants no beats, but the one that confirms its wish.
            _nextBeatAt = UnaskedMayGoAt;
            return;
        }

        _nextBeatAt = Instant.Min(_nextBeatAt, Instant.Max(now, UnaskedMayGoAt));
    }
}
