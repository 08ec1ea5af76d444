namespace Liveness;

/// <content>What both ends agree on: by HELLO at first, by RATE later.</content>
internal sealed partial class InBandSession
{
    private ProtocolRule TakeHello(HelloFrame hello, Instant now, in LocalHealth health, ref SessionSignals signals)
    {
        if (PeerIsKnown)
        {
            return ProtocolRule.SecondHello;
        }

        if (hello.EndpointId == _endpointId)
        {
            signals |= Lose(LossKind.PeerNotLiveness, now, health, detail: "our own bytes come back: something mirrors them");
            return ProtocolRule.None;
        }

        ProtocolRule broken = Check(hello);
        if (broken != ProtocolRule.None)
        {
            return broken;
        }

        _incidentId = hello.EndpointId ^ _endpointId;
        PeerInstanceId = hello.InstanceId;
        _peerIntervals = hello.Intervals;
        if (Math.Min(hello.MaxVersion, WireLimits.Version) < Math.Max(hello.MinVersion, WireLimits.Version))
        {
            signals |= Lose(LossKind.HandshakeFailed, now, health, judgedHere: true,
                $"no common protocol version: the peer speaks {hello.MinVersion} to {hello.MaxVersion}, this end {WireLimits.Version}", offence: SessionOffences.OfVersions(hello));
            return ProtocolRule.None;
        }

        if (IsTooSlow(_plan.Rate, hello.Intervals))
        {
            signals |= Lose(LossKind.HandshakeFailed, now, health, judgedHere: true, TooSlow(hello.Intervals));
            return ProtocolRule.None;
        }

        _credit.Open(hello.FirstCredit);
        _scheduler.MaxFrame = (int)hello.MaxFrame;
        OpenIfBothHellosAreThrough(now);
        signals |= SessionSignals.Output | SessionSignals.Wake;
        if (IsOpen)
        {
            signals |= SessionSignals.Opened | SessionSignals.StateChanged;
        }

        return ProtocolRule.None;
    }

    private static ProtocolRule Check(HelloFrame hello)
    {
        if (hello.MinVersion > hello.MaxVersion || hello.MinVersion == 0)
        {
            return ProtocolRule.HelloVersions;
        }

        if (!hello.Intervals.IsLegal)
        {
            return ProtocolRule.HelloIntervals;
        }

        if (hello.MaxFrame is 0 or > WireLimits.MaxDataPayload)
        {
            return ProtocolRule.HelloMaxFrame;
        }

        return hello.FirstCredit > WireLimits.MaxCreditAhead ? ProtocolRule.CreditTooFarAhead : ProtocolRule.None;
    }

    /// <summary>A peer can make the bound longer at any time, and what holds for its HELLO holds for that too.</summary>
    private ProtocolRule TakeRate(HeartbeatMachine machine, in RateFrame rate, Instant now, in LocalHealth health, ref SessionSignals signals)
    {
        ProtocolRule broken = machine.OnRate(rate, now);
        if (broken != ProtocolRule.None)
        {
            return broken;
        }

        signals |= SessionSignals.Output | SessionSignals.Wake | SessionSignals.StateChanged;
        if (IsTooSlow(machine.Rate, rate.Intervals))
        {
            signals |= Lose(LossKind.BoundExceeded, now, health, judgedHere: true, TooSlow(rate.Intervals));
        }

        return ProtocolRule.None;
    }

    private bool IsTooSlow(HeartbeatRate own, WireIntervals peer) =>
        _plan.RequireBound && own.Judges && new HeartbeatTiming(own, peer).Bound > own.DetectWithin;

    private static string TooSlow(WireIntervals peer) =>
        $"the peer beats no faster than every {peer.MinTxMilliseconds} ms, which does not meet DetectWithin, and RequireBound is set";
}
