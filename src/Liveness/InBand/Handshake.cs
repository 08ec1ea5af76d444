namespace Liveness;

/// <summary>The begin of a session: what both ends agree on by HELLO, within which time, and what waits for it. Gone once both HELLOs are
/// through.</summary>
internal sealed class Handshake(InBandSession session, HelloFrame ours)
{
    private readonly HeartbeatPlan _plan = session.Plan;

    /// <summary>When its time was up, the peer's HELLO may have been here unread, or ours unsent.</summary>
    private bool _helloMayWait;

    /// <summary>Somebody waits for a probe.</summary>
    private bool _probeIsWanted;

    /// <summary>What the peer asks for; meaningless before its HELLO.</summary>
    public WireIntervals PeerIntervals { get; private set; }

    /// <summary>What this end asks for as soon as it is through; null = what its HELLO says.</summary>
    public HeartbeatRate? RateWanted { get; set; }

    /// <summary>Our HELLO is to leave next.</summary>
    public bool HelloIsWanted { get; private set; }

    /// <summary>When our HELLO was handed over; null = it was not.</summary>
    public Instant? HelloTakenAt { get; private set; }

    public bool ReceivedAnything { get; private set; }

    /// <summary>When bytes came last; before that, when the session was started.</summary>
    public Instant LastReceived { get; private set; }

    /// <summary>How much of its time did not count, because our own thread pool was behind.</summary>
    public TimeSpan Excused { get; private set; }

    /// <summary>As soon as it is through.</summary>
    public void WantProbe() => _probeIsWanted = true;

    /// <summary>The silence of the peer begins to count, and our HELLO is to leave.</summary>
    public void Start(Instant now)
    {
        LastReceived = now;
        HelloIsWanted = true;
    }

    public void NoteLife(Instant now)
    {
        LastReceived = now;
        ReceivedAnything = true;
    }

    /// <summary>Encodes our HELLO, which is handed to the transport now.</summary>
    public int WriteHello(Span<byte> buffer, Instant now)
    {
        HelloIsWanted = false;
        HelloTakenAt = now;
        return FrameWriter.WriteHello(buffer, ours);
    }

    public ProtocolRule TakeHello(HelloFrame hello, Instant now, in LocalHealth health, ref SessionSignals signals)
    {
        if (hello.EndpointId == session.EndpointId)
        {
            const string Mirror = "our own bytes come back: something mirrors them";
            signals |= session.Ending.Lose(LossKind.PeerNotLiveness, now, health, detail: Mirror);
            return ProtocolRule.None;
        }

        ProtocolRule broken = Check(hello);
        if (broken != ProtocolRule.None)
        {
            return broken;
        }

        session.KnowPeer(hello.EndpointId, hello.InstanceId);
        PeerIntervals = hello.Intervals;
        if (Math.Min(hello.MaxVersion, WireLimits.Version) < Math.Max(hello.MinVersion, WireLimits.Version))
        {
            string theirs = $"the peer speaks {hello.MinVersion} to {hello.MaxVersion}";
            string versions = $"no common protocol version: {theirs}, this end {WireLimits.Version}";
            Offence offence = SessionOffences.OfVersions(hello);
            signals |= session.Ending.Lose(LossKind.HandshakeFailed, now, health, judgedHere: true, versions, offence: offence);
            return ProtocolRule.None;
        }

        if (IsTooSlow(_plan, _plan.Rate, hello.Intervals))
        {
            signals |= session.Ending.Lose(LossKind.HandshakeFailed, now, health, judgedHere: true, TooSlow(hello.Intervals));
            return ProtocolRule.None;
        }

        session.Credit.Open(hello.FirstCredit);
        session.MostPayload = Math.Min(session.MostPayload, (int)hello.MaxFrame);
        TryOpen(now);
        signals |= SessionSignals.Output | SessionSignals.Wake;
        if (session.IsOpen)
        {
            signals |= SessionSignals.Opened | SessionSignals.StateChanged;
        }

        return ProtocolRule.None;
    }

    /// <summary>Opens the session, if both HELLOs are through.</summary>
    public void TryOpen(Instant now)
    {
        if (!session.PeerIsKnown || HelloTakenAt is not { } handedOver)
        {
            return;
        }

        BeatRole role = session.EndpointId > session.PeerEndpointId ? BeatRole.Follows : BeatRole.Leads;
        HeartbeatMachine machine = new(_plan, PeerIntervals, (ulong)session.EndpointId, handedOver, now, role);
        session.Open(machine);
        if (RateWanted is not null)
        {
            machine.ChangeRate(RateWanted);
        }

        if (_probeIsWanted)
        {
            machine.RequestProbe(now);
        }
    }

    /// <summary>Looks whether its time is up.</summary>
    public SessionSignals Tick(Instant now, in LocalHealth health, ITransportWitness witness)
    {
        TimeSpan limit = _plan.HandshakeTimeout;
        TimeSpan left = Deadline.Left(limit, session.StartedAt, now, health, _helloMayWait);
        if (left <= TimeSpan.Zero && !_helloMayWait)
        {
            // Asked for only when it matters: it costs a look into the kernel.
            WitnessReading reading = witness.Read();
            bool mayBeHere = reading.Available > 0 || reading.HidesCompletedReads || reading.ReadNotParsed;
            _helloMayWait = mayBeHere || HelloTakenAt is null;
            left = Deadline.Left(limit, session.StartedAt, now, health, _helloMayWait);
        }

        if (left > TimeSpan.Zero)
        {
            return Deadline.IsNear(limit, left) ? SessionSignals.Wake | SessionSignals.ProbePoolLag : SessionSignals.Wake;
        }

        string detail = ReceivedAnything
            ? "the peer began a handshake and did not finish it"
            : "the peer has not started Liveness yet, or does not speak it";
        Excused = Deadline.Excused(limit, session.StartedAt, now, health, _helloMayWait);
        if (Excused > TimeSpan.Zero)
        {
            detail += FormattableString.Invariant(
                $"; for {Excused.TotalSeconds:0.0} s of that time our own thread pool was behind, which did not count");
        }

        return session.Ending.Lose(LossKind.HandshakeFailed, now, health, detail: detail);
    }

    /// <summary>When to look next.</summary>
    public Instant NextLook(Instant now, in LocalHealth health) =>
        Deadline.NextLook(_plan.HandshakeTimeout, session.StartedAt, now, health, _helloMayWait);

    /// <summary>A peer can make the bound longer at any time: what holds for its HELLO holds for a RATE, too.</summary>
    public static bool IsTooSlow(HeartbeatPlan plan, HeartbeatRate own, WireIntervals peer) =>
        plan.RequireBound && own.Judges && new HeartbeatTiming(own, peer).Bound > own.DetectWithin;

    public static string TooSlow(WireIntervals peer) =>
        $"the peer beats no faster than every {peer.MinTxMilliseconds} ms, which does not meet DetectWithin, and RequireBound is set";

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
}
