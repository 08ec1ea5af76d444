using static Liveness.Durations;

namespace Liveness;

/// <summary>One end of a heartbeat between two finished handshakes and the end: when to beat, when to worry, when to judge.</summary>
/// <remarks>Pure: every decision is a function of what was put in and the time that came with it. Not thread-safe: its owner holds the
/// lock, which guards every field here and in the parts.
/// The rules are those of PROTOCOL.md, their numbers those of <see cref="HeartbeatRules"/>; each part holds one group of them.
/// <para>Every verdict and every condition has its own due time in <see cref="NextWake"/>, which no other traffic puts off; and what
/// arrives is judged when it arrives: it moves the due time that it brings nearer, or ends the condition that it refutes. So it is all the
/// same whether somebody looks at every millisecond or only when asked. What can only be seen by looking (the transport's counters, our own
/// lag once a verdict is put off) is looked at when it is due, and not oftener.</para></remarks>
internal sealed class HeartbeatMachine
{
    private static readonly TimeSpan s_shortestWait = TimeSpan.FromMilliseconds(1);

    private RateAgreement _rate;
    private BeatSchedule _beats;
    private SentBeats _sentBeats;
    private HeardBeats _heard;
    private OwnProbes _probes;
    private RoundTrips _roundTrips = new();
    private SilenceJudge _silence;
    private FloodGuard _flood;
    private JitterSource _jitter;
    private UnconfirmedData _unconfirmed;
    private Consumption _consumption;
    private HandoverWatch _handover;
    private OutboundJudge _outbound;
    private Instant _lastReceived;
    private Instant _lookedAt;

    /// <param name="plan">What this end asks for.</param>
    /// <param name="peer">What the peer's HELLO asked for.</param>
    /// <param name="seed">Draws the first sequence number and the jitter.</param>
    /// <param name="helloHandedOver">When our HELLO was handed to the transport.</param>
    /// <param name="now">The present: both HELLOs are through.</param>
    /// <param name="role">By the ids in both HELLOs.</param>
    public HeartbeatMachine(
        HeartbeatPlan plan, WireIntervals peer, ulong seed, Instant helloHandedOver, Instant now, BeatRole role = BeatRole.None)
    {
        _jitter = new JitterSource(seed);
        _sentBeats = new SentBeats((uint)_jitter.Next(), helloHandedOver);
        _rate = new RateAgreement(plan, peer);

        // From the moment on which the peer may have begun to send, however late its HELLO came.
        _flood = new FloodGuard(helloHandedOver);
        _lastReceived = now;
        _lookedAt = now - s_shortestWait;

        // The first beat goes at once: it confirms the handshake to the peer and starts the echo.
        _beats = new BeatSchedule(now - peer.MinRx, Timing.SendInterval == TimeSpan.MaxValue ? Instant.Never : now, role);
    }

    /// <inheritdoc cref="RateAgreement.Timing"/>
    public HeartbeatTiming Timing => _rate.Timing;

    public TimeSpan Bound => Timing.Bound;

    public PeerBound? PeerBound => _rate.PeerBound;

    public LivenessState State => _silence.State;

    public ConnectionConditions Conditions { get; private set; }

    public Instant LastReceived => _lastReceived;

    public HeartbeatRate Rate => _rate.Newest;

    public bool RateIsSettled => _rate.IsSettled;

    /// <inheritdoc cref="RateAgreement.GuardedInterval"/>
    public TimeSpan GuardedInterval => _rate.GuardedInterval;

    public uint RatesSent => _rate.Sent;

    /// <inheritdoc cref="RateAgreement.Confirmed"/>
    public uint RatesConfirmed => _rate.Confirmed;

    public uint RatesApplied => _rate.Applied;

    public long BeatsSent => _sentBeats.Sent;

    /// <summary>The sequence number of the newest; meaningful once one was sent.</summary>
    public uint NewestSent => unchecked(_sentBeats.Next - 1);

    public uint ProbesSent => _probes.Sent;

    public uint BeatsReceived => _heard.Count;

    /// <summary>The newest beat of the peer; meaningful once one was received.</summary>
    public ref readonly HeardBeats Heard => ref _heard;

    public bool HasHeardBeat => _heard.HasAny;

    public TimeSpan? RoundTrip => _roundTrips.Newest;

    public TimeSpan? MinRoundTrip => _roundTrips.Least;

    /// <summary>The newest beat brought the first echo of one of ours, and so a round trip.</summary>
    public bool RoundTripIsNew { get; private set; }

    /// <summary>Handing over of the newest of our beats that the peer has echoed.</summary>
    public Instant EchoedAt => _sentBeats.EchoedAt;

    /// <summary>The newest of our beats that the peer has echoed; before the first echo, the number before our first.</summary>
    public uint EchoedSequence => _sentBeats.Echoed;

    /// <summary>What the peer's newest beat says that it misses of us, beyond what our beats explain; null = nothing can be said.</summary>
    public TimeSpan? MissedByPeer =>
        OutboundJudge.Missed(_heard, _sentBeats) is { } missed ? OutboundJudge.Believed(missed, _heard, _sentBeats) : null;

    /// <inheritdoc cref="OutboundJudge.Doubt"/>
    public OutboundDoubt? OutboundDoubt => _outbound.Doubt;

    public int ProbesInSilence => _silence.Probes;

    public bool ReaderIsStuck => _silence.ReaderIsStuck;

    public TimeSpan ExcusedWhileStarved => _silence.ExcusedWhileStarved;

    public TimeSpan ExcusedForHoleRepair => _silence.ExcusedForHoleRepair;

    public TimeSpan ExcusedAfterOwnPause => _silence.ExcusedAfterOwnPause;

    /// <summary>What the kernel said since a beat of the peer was overdue; null where none is.</summary>
    public KernelSilence? KernelInSilence => _silence.Kernel;

    public bool IsStarved => _silence.IsStarved;

    /// <summary>The last verdict fell because a beat could not be handed over.</summary>
    public bool WasStuck { get; private set; }

    /// <summary>A measured round trip holds the pauses of both ends too; more than a bound is nobody's answer time.</summary>
    private TimeSpan AnswerTime => Shorter(_roundTrips.NewestOrZero, Bound);

    /// <summary>From here on the kernel's counters are watched: whatever was under way when the peer fell silent has arrived.</summary>
    private TimeSpan OverdueAfter
    {
        get
        {
            if (Timing.SuspectAfter == TimeSpan.MaxValue)
            {
                return TimeSpan.MaxValue;
            }

            // With roles beats come so near to the end of the interval that a timer which is a little late would cost a look at each.
            long ticks = Timing.ReceiveInterval.Ticks;
            TimeSpan least = _beats.HasRole(Timing) ? new TimeSpan(ticks / 8) : TimeSpan.Zero;
            return new TimeSpan(ticks) + Longer(least, Shorter(_roundTrips.NewestOrZero, new TimeSpan(ticks / 4)));
        }
    }

    public TimeSpan Silence(Instant now, in LocalHealth health) => health.Pauses.RunningTime(_lastReceived, now);

    public TimeSpan OutboundAge(Instant now, in LocalHealth health) => health.Pauses.RunningTime(_sentBeats.EchoedAt, now);

    public TimeSpan? UnconfirmedFor(Instant now, in LocalHealth health) => _unconfirmed.WaitedForLong(now, health.Pauses);

    /// <summary>Any byte is life for the way in, stamped before it is parsed; it ends a silence with all its excuses.</summary>
    public void OnReceived(Instant now)
    {
        if (_silence.IsSuspect || (Timing.SuspectAfter != TimeSpan.MaxValue && now - _lastReceived >= Timing.SuspectAfter))
        {
            _unconfirmed.StartAnew(now);
        }

        _lastReceived = Instant.Max(_lastReceived, now);
        _silence.End();
        if ((Conditions & (ConnectionConditions.WeAreBehind | ConnectionConditions.DataUnacknowledged)) != 0)
        {
            Conditions = CurrentConditions(now);
        }
    }

    /// <summary>Takes a beat in.</summary>
    /// <param name="beat">As the frame reader gave it.</param>
    /// <param name="counts">Our own counts, that the peer's may not exceed.</param>
    /// <param name="now">When it was received.</param>
    /// <param name="probeAnswered">Whether the probe that somebody waits for has come back; <see cref="RoundTrip"/> is its result.</param>
    /// <returns>The rule that it breaks, or none.</returns>
    public ProtocolRule OnBeat(in BeatFrame beat, in StreamCounts counts, Instant now, out bool probeAnswered)
    {
        probeAnswered = false;
        bool wasAskedFor = (beat.Flags & BeatFlags.IsAnswer) != 0 && _probes.TryTakeAnswer();
        if (!wasAskedFor && !_flood.TryTake(now, GuardedInterval))
        {
            return ProtocolRule.Flood;
        }

        ProtocolRule broken = _heard.Check(beat, counts, _sentBeats, _rate);
        if (broken != ProtocolRule.None)
        {
            return broken;
        }

        if (_heard.IsProgress(beat))
        {
            _handover.OnProgress();
            _beats.OnProgress(now);
            _unconfirmed.OnProgress(beat.Received == counts.Sent, now);
        }

        _heard.Take(beat, now);
        if (_heard.Lag >= Timing.ReceiveInterval)
        {
            // Its own reader is behind, as it says: the data may well have arrived.
            _unconfirmed.StartAnew(now);
        }

        _consumption.OnPeer(beat, now);
        TakeEcho(beat, now, out probeAnswered);
        _rate.Confirm(beat.RateGeneration);
        Answer(beat, now);
        if (_outbound.AsksAfter(_heard, _sentBeats, Timing))
        {
            _beats.Want(BeatFlags.AnswerAtOnce, now);
        }

        Conditions = CurrentConditions(now);
        return ProtocolRule.None;
    }

    /// <summary>CREDIT is paid for by data, not by time.</summary>
    public ProtocolRule OnCredit(ulong dataSent) => _flood.TryTakeCredit(dataSent) ? ProtocolRule.None : ProtocolRule.Flood;

    /// <summary>Any other control frame that nobody asked for.</summary>
    public ProtocolRule OnUnasked(Instant now) => _flood.TryTake(now, GuardedInterval) ? ProtocolRule.None : ProtocolRule.Flood;

    /// <inheritdoc cref="RateAgreement.Apply"/>
    public ProtocolRule OnRate(in RateFrame rate, Instant now)
    {
        ProtocolRule broken = OnUnasked(now);
        broken = broken == ProtocolRule.None ? _rate.Apply(rate) : broken;
        if (broken == ProtocolRule.None)
        {
            _beats.Pull(now, Timing);
        }

        return broken;
    }

    /// <summary>DATA is handed to the transport.</summary>
    /// <returns>Whether something may fall due because of it.</returns>
    public bool OnDataSent(Instant now) => _unconfirmed.OnSent(now);

    /// <summary>Data was received, or the application has taken some. It costs nothing until <see cref="NextWake"/> says so.</summary>
    public void OnConsumption(in StreamCounts counts, Instant now)
    {
        _consumption.OnOwn(counts, now);
        if ((Conditions & ConnectionConditions.WeAreBehind) != 0)
        {
            Conditions = CurrentConditions(now);
        }
    }

    /// <summary>The application has taken all that was received; when, does not matter.</summary>
    public void OnAllConsumed(in StreamCounts counts)
    {
        _consumption.OnOwn(counts, _lookedAt);
        if (!IsStarved)
        {
            Conditions &= ~ConnectionConditions.WeAreBehind;
        }
    }

    /// <inheritdoc cref="RateAgreement.Change"/>
    public void ChangeRate(HeartbeatRate rate) => _rate.Change(rate);

    /// <summary>A RATE may be handed over now: one is on its way at a time, and it keeps the same distance as a beat.</summary>
    public bool CanSendRate(Instant now) => _rate.HasToSend && _beats.AllowsRate(now, Timing);

    public RateFrame TakeRate(Instant now)
    {
        RateFrame frame = _rate.Take();
        _beats.OnRateSent(now);
        _beats.Pull(now, Timing);
        return frame;
    }

    /// <summary>Somebody waits for a round trip: requests share one outstanding probe.</summary>
    public void RequestProbe(Instant now)
    {
        if (_probes.Request())
        {
            _beats.Want(BeatFlags.AnswerAtOnce, now);
        }
    }

    /// <summary>A beat may be handed over now.</summary>
    public bool CanSendBeat(Instant now) => _beats.CanSend(now, Timing);

    /// <summary>
    /// Makes the beat that is handed to the transport now. Whatever its cause, it takes the place of the next regular one.
    /// </summary>
    public BeatFrame TakeBeat(Instant now, in StreamCounts counts, in LocalHealth health)
    {
        BeatFlags flags = _beats.Take(now, Timing, Rate.Tick, ref _jitter);
        uint sequence = _sentBeats.Add(now);
        if ((flags & BeatFlags.AnswerAtOnce) != 0)
        {
            _probes.OnSent(sequence);
            _silence.OnProbeSent();
            _outbound.OnProbeSent(sequence, now);
        }

        _handover.End();
        Conditions &= ~ConnectionConditions.WriteStuck;

        return new BeatFrame(
            sequence,
            _heard.Sequence,
            _heard.EchoDelay(now),
            HeardAgo(now, health),
            counts.Received,
            counts.Consumed,
            (ushort)BeatFrame.Saturate(health.PoolLag.TotalMilliseconds, ushort.MaxValue),
            flags,
            _rate.Applied);
    }

    /// <summary>The last one, for its counts.</summary>
    public BeatFrame TakeLastBeat(Instant now, in StreamCounts counts, in LocalHealth health)
    {
        _beats.OnlyAnswers();
        return TakeBeat(now, counts, health);
    }

    /// <summary>Looks at the connection; to be called at <see cref="NextWake"/> or earlier.</summary>
    public Judgement Tick(Instant now, in StreamCounts counts, in LocalHealth health, ITransportWitness witness)
    {
        _lookedAt = now;
        _beats.WantWhatIsDue(now, _probes.IsRequested);
        _consumption.OnOwn(counts, now);
        TimeSpan silence = Silence(now, health);
        WitnessReading? reading = null;
        if (silence >= OverdueAfter && _silence.Kernel is null)
        {
            reading = witness.Read();
            _silence.LookAtKernel(reading.Value);
        }

        bool stuck = _handover.Look(now, ref _beats, _heard, Timing, health, witness, ref reading);
        Judgement judgement = silence >= Timing.SuspectAfter ? JudgeSilence(now, silence, health, witness, reading)
            : stuck || _outbound.Judge(now, OutboundVerdictAt(now, health)) ? new Judgement(LossKind.OutboundDead, false, reading)
            : new Judgement(null, ProbePoolLag: false, reading);
        if (Bound != TimeSpan.MaxValue && silence < Timing.SuspectAfter)
        {
            _unconfirmed.Look(now, peerHasAll: _heard.Received >= counts.Sent, health, Timing, AnswerTime);
        }

        Conditions = CurrentConditions(now);
        WasStuck = judgement.Loss == LossKind.OutboundDead && stuck;
        return judgement;
    }

    /// <summary>When the machine wants to look again: never later than anything falls due, and in the past where something is due already.
    /// It only ever moves because of what falls due itself: not because somebody asks, or something else happens.</summary>
    public Instant NextWake(Instant now, in LocalHealth health)
    {
        Instant pendingMayGoAt = _beats.PendingMayGoAt(Timing);
        Instant wake = !_beats.IsPending ? _beats.NextAt
            : pendingMayGoAt > now ? pendingMayGoAt
            : _handover.LookAt(now, _beats, Timing, health.Pauses);
        if (_rate.HasToSend && _beats.UnaskedMayGoAt(Timing) > now)
        {
            wake = Instant.Min(wake, _beats.UnaskedMayGoAt(Timing));
        }

        wake = Instant.Min(wake, _consumption.NextLook(Conditions, _rate.Plan.StalledAfter, Timing));
        if (Bound != TimeSpan.MaxValue)
        {
            wake = Instant.Min(wake, NextWakeForSilence(now, Silence(now, health), health));
        }

        return Instant.Max(wake, _lookedAt + s_shortestWait);
    }

    private Instant NextWakeForSilence(Instant now, TimeSpan silence, in LocalHealth health)
    {
        // A slower RATE can take a suspicion back to a time in which nothing is due.
        if (!_silence.IsSuspect || silence < Timing.SuspectAfter)
        {
            Instant look = now + ((_silence.Kernel is null ? OverdueAfter : Timing.SuspectAfter) - silence);
            look = Instant.Min(look, _unconfirmed.ForLongAt(now, health.Pauses, Timing, AnswerTime));
            return Instant.Min(look, OutboundVerdictAt(now, health));
        }

        Instant verdict = _silence.VerdictAt(now, silence, Timing);
        return IsStarved ? verdict : Instant.Min(verdict, _silence.NextProbeAt);
    }

    private Judgement JudgeSilence(Instant now, TimeSpan silence, in LocalHealth health, ITransportWitness witness, WitnessReading? known)
    {
        bool begins = _silence.Begin(now);
        bool judges = _silence.VerdictIsDue(now, silence, Timing);
        bool asks = now >= _silence.NextProbeAt && !IsStarved;
        if (!judges && !asks)
        {
            return new Judgement(null, begins, known);
        }

        WitnessReading reading = known ?? witness.Read();
        JudgedSilence judged = new(silence, _lastReceived, Timing, Rate.Tick, AnswerTime);
        SilenceLook look = _silence.Look(now, judged, judges, health, reading, ref _jitter);
        if (look.HeardAt is { } heardAt)
        {
            OnReceived(heardAt);
        }
        else if (look.ProbeIsDue)
        {
            _silence.AskAgainAt(now + Longer(Longer(HeartbeatRules.ProbeSpacing(Bound), AnswerTime), Timing.SendSpacing));
            if (look.Loss is null && !IsStarved)
            {
                _beats.Want(BeatFlags.AnswerAtOnce, now);
            }
        }

        return new Judgement(look.Loss, begins, reading);
    }

    private void TakeEcho(in BeatFrame beat, Instant now, out bool probeAnswered)
    {
        RoundTripIsNew = false;
        probeAnswered = false;
        if (!beat.HasEcho)
        {
            return;
        }

        if (_sentBeats.Echo(beat.EchoSequence) is { } handedOver)
        {
            _roundTrips.Add(now - handedOver - TimeSpan.FromMicroseconds(beat.EchoDelayMicroseconds));
            RoundTripIsNew = true;
        }

        _outbound.OnEcho(beat.EchoSequence);
        probeAnswered = _probes.OnEcho(beat.EchoSequence);
    }

    private void Answer(in BeatFrame beat, Instant now)
    {
        if ((beat.Flags & BeatFlags.AnswerAtOnce) != 0)
        {
            _beats.Want(BeatFlags.IsAnswer, now);
        }
        else if (_beats.IsNearlyDue(now, _sentBeats.NewestAt, Timing, isRegular: beat.Flags == BeatFlags.None))
        {
            // Sent now it carries the acknowledgement of the peer's.
            _beats.Want(BeatFlags.None, now);
        }
    }

    private Instant OutboundVerdictAt(Instant now, in LocalHealth health) =>
        _outbound.VerdictAt(now, health.Pauses, _heard, _sentBeats, Timing, AnswerTime);

    private ConnectionConditions CurrentConditions(Instant now)
    {
        ConnectionConditions conditions = _consumption.Conditions(now, _rate.Plan.StalledAfter, Timing);
        conditions |= IsStarved ? ConnectionConditions.WeAreBehind : ConnectionConditions.None;
        conditions |= _unconfirmed.IsForLong && !_silence.IsSuspect ? ConnectionConditions.DataUnacknowledged : ConnectionConditions.None;
        return _handover.IsForLong ? conditions | ConnectionConditions.WriteStuck : conditions;
    }

    /// <summary>"I have heard nothing of you for so long": our own pauses left out, and nothing while our own reader is behind, because
    /// then we can't know what waits unread.</summary>
    private uint HeardAgo(Instant now, in LocalHealth health)
    {
        bool behind = Timing.ReceiveInterval != TimeSpan.MaxValue && health.PoolLag >= Timing.ReceiveInterval / 4;
        return behind ? 0 : BeatFrame.Saturate((Silence(now, health) - health.PoolLag).TotalMilliseconds, uint.MaxValue);
    }
}
