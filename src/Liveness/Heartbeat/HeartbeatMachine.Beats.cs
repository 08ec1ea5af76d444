namespace Liveness;

/// <content>What a beat of the peer says: echo, round trip, counts.</content>
internal sealed partial class HeartbeatMachine
{
    private FloodGuard _flood;
    private Instant _heardBeatAt;
    private BeatFrame _heard;
    private Instant _progressAt;
    private ConsumptionWatch _peerConsumption;
    private TimeSpan _roundTrip;

    /// <summary>MaxValue until one was measured.</summary>
    private TimeSpan _minRoundTrip = TimeSpan.MaxValue;

    public uint BeatsReceived { get; private set; }

    /// <summary>The newest beat of the peer; meaningful once one was received.</summary>
    public BeatFrame Heard => _heard;

    public bool HasHeardBeat { get; private set; }

    public TimeSpan? RoundTrip => IsMeasured ? _roundTrip : null;

    public TimeSpan? MinRoundTrip => IsMeasured ? _minRoundTrip : null;

    /// <summary>The newest beat brought the first echo of one of ours, and so a round trip.</summary>
    public bool RoundTripIsNew { get; private set; }

    private bool IsMeasured => _minRoundTrip != TimeSpan.MaxValue;

    /// <summary>Handing over of the newest of our beats that the peer has echoed.</summary>
    public Instant EchoedAt => _sentBeats.EchoedAt;

    /// <summary>The newest of our beats that the peer has echoed; before the first echo, the number before our first.</summary>
    public uint EchoedSequence => _sentBeats.Echoed;

    public TimeSpan OutboundAge(Instant now, in LocalHealth health) => health.Pauses.RunningTime(_sentBeats.EchoedAt, now);

    /// <summary>Takes a beat in.</summary>
    /// <param name="beat">As the frame reader gave it.</param>
    /// <param name="counts">Our own counts, that the peer's may not exceed.</param>
    /// <param name="now">When it was received.</param>
    /// <param name="probeAnswered">Whether the probe that somebody waits for has come back; <see cref="RoundTrip"/> is its result.</param>
    /// <returns>The rule that it breaks, or none.</returns>
    public ProtocolRule OnBeat(in BeatFrame beat, in StreamCounts counts, Instant now, out bool probeAnswered)
    {
        probeAnswered = false;
        if (!IsPaidFor(beat, now))
        {
            return ProtocolRule.Flood;
        }

        ProtocolRule broken = Check(beat, counts);
        if (broken != ProtocolRule.None)
        {
            return broken;
        }

        if (!HasHeardBeat || beat.Received != _heard.Received)
        {
            _progressAt = now;
            _stuckWrite?.OnProgress();
            _unconfirmed.OnProgress(beat.Received == counts.Sent, now);
        }

        if (TimeSpan.FromMilliseconds(beat.LagMilliseconds) >= _judging.ReceiveInterval)
        {
            // Its own reader is behind, as it says: the data may well have arrived.
            _unconfirmed.StartAnew(now);
        }

        _peerConsumption.Observe(beat.Received, beat.Consumed, now);
        _heard = beat;
        HasHeardBeat = true;
        _heardBeatAt = now;
        BeatsReceived++;
        TakeEcho(beat, now, out probeAnswered);
        Confirm(beat.RateGeneration);
        Answer(beat, now);
        AskIfUnheard(now);
        Conditions = CurrentConditions(now);
        return ProtocolRule.None;
    }

    /// <summary>Answers to our own probes are free, as many as we asked for.</summary>
    private bool IsPaidFor(in BeatFrame beat, Instant now)
    {
        if ((beat.Flags & BeatFlags.IsAnswer) != 0 && _unansweredOwnProbes > 0)
        {
            _unansweredOwnProbes--;
            return true;
        }

        return _flood.TryTake(now, GuardedInterval);
    }

    private ProtocolRule Check(in BeatFrame beat, in StreamCounts counts)
    {
        if (HasHeardBeat && beat.Sequence != unchecked(_heard.Sequence + 1))
        {
            return ProtocolRule.SequenceNotNext;
        }

        if (beat.HasEcho)
        {
            if (!_sentBeats.WasSent(beat.EchoSequence))
            {
                return ProtocolRule.EchoNeverSent;
            }

            if (_sentBeats.IsRegress(beat.EchoSequence))
            {
                return ProtocolRule.EchoRegressed;
            }
        }
        else if (HasHeardBeat && _heard.HasEcho)
        {
            return ProtocolRule.EchoRegressed;
        }

        if (HasHeardBeat && (beat.Received < _heard.Received || beat.Consumed < _heard.Consumed))
        {
            return ProtocolRule.CountRegressed;
        }

        if (beat.Received > counts.Sent)
        {
            return ProtocolRule.CountBeyondSent;
        }

        if (beat.Consumed > beat.Received)
        {
            return ProtocolRule.ConsumedBeyondReceived;
        }

        return CheckGeneration(beat.RateGeneration);
    }

    private void TakeEcho(in BeatFrame beat, Instant now, out bool probeAnswered)
    {
        probeAnswered = false;
        RoundTripIsNew = false;
        if (!beat.HasEcho)
        {
            return;
        }

        if (_sentBeats.Echo(beat.EchoSequence) is { } handedOver)
        {
            TimeSpan roundTrip = now - handedOver - TimeSpan.FromMicroseconds(beat.EchoDelayMicroseconds);
            _roundTrip = Longer(roundTrip, TimeSpan.Zero);
            _minRoundTrip = Shorter(_minRoundTrip, _roundTrip);
            RoundTripIsNew = true;
        }

        if (_outboundDoubt is { } doubt && (!doubt.IsProbed || doubt.IsAnsweredBy(beat.EchoSequence)))
        {
            _outboundDoubt = null;
        }

        if (_openProbe is { } probe && !SequenceNumber.IsNewer(probe, beat.EchoSequence))
        {
            _openProbe = null;
            probeAnswered = true;
        }
    }

    private void Answer(in BeatFrame beat, Instant now)
    {
        if ((beat.Flags & BeatFlags.AnswerAtOnce) != 0)
        {
            Want(BeatFlags.IsAnswer, now);
        }
        else if (_judging.SendInterval != TimeSpan.MaxValue && now - _lastBeatAt >= _judging.SendInterval * 0.75 && now >= UnaskedMayGoAt)
        {
            // Ours is nearly due: sent now it carries the acknowledgement of the peer's.
            Want(BeatFlags.None, now);
        }
    }
}
