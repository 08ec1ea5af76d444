namespace Liveness;

/// <summary>One end of a heartbeat between two finished handshakes and the end: when to beat, when to worry, when to judge.</summary>
/// <remarks>Pure: every decision is a function of what was put in and the time that came with it. Not thread-safe: its owner holds the
/// lock.
/// The rules are those of PROTOCOL.md; each file of this class holds one group of them.
/// <para>Every verdict and every condition has its own due time in <see cref="NextWake"/>, which no other traffic puts off; and what
/// arrives is judged when it arrives: it moves the due time that it
/// brings nearer, or ends the condition that it refutes. So it is all the same whether somebody looks at every millisecond or only when
/// asked. What can only be seen by looking (the transport's
/// counters, our own lag once a verdict is put off) is looked at when it is due, and not oftener.</para></remarks>
internal sealed partial class HeartbeatMachine
{
    private readonly TimeSpan _stalledAfter;
    private SentBeats _sentBeats;
    private JitterSource _jitter;
    private WireIntervals _peer;
    private Instant _lastReceived;
    private Instant _lookedAt;

    /// <param name="plan">What this end asks for.</param>
    /// <param name="peer">What the peer's HELLO asked for.</param>
    /// <param name="seed">Draws the first sequence number and the jitter.</param>
    /// <param name="helloHandedOver">When our HELLO was handed to the transport.</param>
    /// <param name="now">The present: both HELLOs are through.</param>
    public HeartbeatMachine(HeartbeatPlan plan, WireIntervals peer, ulong seed, Instant helloHandedOver, Instant now)
    {
        _stalledAfter = plan.StalledAfter == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : plan.StalledAfter;
        _jitter = new JitterSource(seed);
        _sentBeats = new SentBeats((uint)_jitter.Next(), helloHandedOver);
        _inForce = plan.Rate;
        _peer = peer;

        // From the moment on which the peer may have begun to send, however late its HELLO came.
        _flood = new FloodGuard(helloHandedOver);
        _lastReceived = now;
        _lookedAt = now - s_shortestWait;
        _lastUnaskedAt = now - peer.MinRx;
        _progressAt = now;

        // As a rule both ends ask for the same: then what follows stands in the plan already.
        HeartbeatTiming agreed = Agreed();
        _judging = agreed == plan.Timing ? plan.Timing : agreed;

        // The first beat goes at once: it confirms the handshake to the peer and starts the echo.
        _nextBeatAt = _judging.SendInterval == TimeSpan.MaxValue ? Instant.Never : now;
    }

    /// <summary>What was agreed, as it judges now: while a change is on its way, the more patient of old and new.</summary>
    public HeartbeatTiming Timing => _judging;

    public TimeSpan Bound => _judging.Bound;

    /// <summary>What the peer allows us; null where it judges no silence.</summary>
    public PeerBound? PeerBound => Liveness.PeerBound.Of(_peer, _inForce.Wire.MinTx);

    public ConnectionState State => _suspicion is null ? ConnectionState.Alive : ConnectionState.Suspect;

    public ConnectionConditions Conditions { get; private set; }

    public Instant LastReceived => _lastReceived;

    /// <summary>Any byte is life for the way in, stamped before it is parsed; it ends a silence with all its excuses.</summary>
    public void OnReceived(Instant now)
    {
        if (_suspicion is not null || (_judging.SuspectAfter != TimeSpan.MaxValue && now - _lastReceived >= _judging.SuspectAfter))
        {
            _unconfirmed.StartAnew(now);
        }

        _lastReceived = Instant.Max(_lastReceived, now);
        _suspicion = null;
        _overdue = null;
        if ((Conditions & (ConnectionConditions.WeAreBehind | ConnectionConditions.DataUnacknowledged)) != 0)
        {
            Conditions = CurrentConditions(now);
        }
    }

    /// <summary>Data was received, or the application has taken some. It costs nothing until <see cref="NextWake"/> says so.</summary>
    public void OnConsumption(in StreamCounts counts, Instant now)
    {
        _ownConsumption.Observe(counts.Received, counts.Consumed, now);
        if ((Conditions & ConnectionConditions.WeAreBehind) != 0)
        {
            Conditions = CurrentConditions(now);
        }
    }

    /// <summary>The application has taken all that was received; when, does not matter.</summary>
    public void OnAllConsumed(in StreamCounts counts)
    {
        _ownConsumption.Observe(counts.Received, counts.Consumed, _lookedAt);
        if (!IsStarved)
        {
            Conditions &= ~ConnectionConditions.WeAreBehind;
        }
    }

    public TimeSpan Silence(Instant now, in LocalHealth health) => health.Pauses.RunningTime(_lastReceived, now);

    private static TimeSpan Longer(TimeSpan left, TimeSpan right) => left > right ? left : right;

    private static TimeSpan Shorter(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
