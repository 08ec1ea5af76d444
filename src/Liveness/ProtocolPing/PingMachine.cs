using static Liveness.Durations;

namespace Liveness.ProtocolPing;

/// <summary>
/// A connection that is heard, or asked by a ping of the application's own protocol: when to ask, when to worry, when to judge.
/// </summary>
/// <remarks>Pure, as <see cref="HeartbeatMachine"/>, whose judgement of a silence (<see cref="Suspicion"/>) it shares: every decision is a
/// function of what was put in and the time that came with it, and has a due time of its own. Not thread-safe: its owner holds the lock,
/// which guards every field here and in the parts; each part holds one group of rules.</remarks>
internal sealed class PingMachine
{
    private static readonly TimeSpan s_shortestWait = TimeSpan.FromMilliseconds(1);

    private PingRate _rate;
    private JitterSource _jitter;
    private TimeSpan _pingAfter;
    private Instant _lastReceived;
    private Instant _lookedAt;
    private SilenceJudge _silence;
    private ForgivenSilence _forgiven;
    private PingUnderWay _ping;
    private UnansweredPings _unanswered = new();
    private FailedPing _failed;
    private bool _isWanted;

    /// <summary>While suspect: when the kernel's counters are read next. Whoever looks more often does not see more.</summary>
    private Instant _kernelLookAt;

    public PingMachine(PingRate rate, ulong seed, Instant now)
    {
        _rate = rate;
        _jitter = new JitterSource(seed);
        _pingAfter = NextPingAfter();
        _lastReceived = now;
        _lookedAt = now;
    }

    public HeartbeatTiming Timing => _rate.Timing;

    public LivenessState State => _silence.State;

    public ConnectionConditions Conditions { get; private set; }

    public Instant LastReceived => _lastReceived;

    /// <summary>The next byte is waited for: it answers a ping, ends a suspicion or a condition, or refutes a failure.</summary>
    public bool AwaitsByte =>
        _unanswered.IsAny || _silence.IsSuspect || _failed.IsAny || (Conditions & ConnectionConditions.WeAreBehind) != 0;

    /// <summary>A ping is to leave now.</summary>
    public bool CanPing => _isWanted && !_ping.IsAny && !_failed.IsAny;

    public long PingsSent { get; private set; }

    /// <inheritdoc cref="UnansweredPings.RoundTrip"/>
    public TimeSpan? RoundTrip => _unanswered.RoundTrip;

    public TimeSpan? MinRoundTrip => _unanswered.MinRoundTrip;

    /// <inheritdoc cref="FailedPing.HasClosed"/>
    public bool HasClosed => _failed.HasClosed;

    /// <summary>The failed ping for which the last verdict fell; null = for silence.</summary>
    public Exception? LossError => _failed.LossError;

    /// <summary>Any byte is life, and ends a silence with all its excuses.</summary>
    /// <param name="at">When; one that has come before a ping is no answer to it.</param>
    public void OnReceived(Instant at)
    {
        _lastReceived = Instant.Max(_lastReceived, at);
        _silence.End();
        _forgiven.End();
        Conditions &= ~ConnectionConditions.WeAreBehind;
        bool isAnswer = _unanswered.OnReceived(at);
        _failed.OnReceived(at, isAnswer);
    }

    public TimeSpan Silence(Instant now, in LocalHealth health) => health.Pauses.RunningTime(_lastReceived, now);

    /// <summary>A new bound, at once, and fair where it is shorter: <see cref="ForgivenSilence.Change"/>.</summary>
    public void Change(PingRate rate, Instant now, in LocalHealth health)
    {
        _forgiven.Change(_rate, rate, Silence(now, health));
        _rate = rate;
        _pingAfter = NextPingAfter();
        if (!rate.Judges)
        {
            _silence.End();
            _ping.ExcuseStuck();
        }

        Conditions = CurrentConditions(now, health);
    }

    /// <summary>Somebody asks. A ping that is about to be sent will do, too.</summary>
    public void RequestPing() => _isWanted |= !_unanswered.AwaitsAnswer && !_ping.IsHeldUp;

    /// <summary>It is on its way to the application.</summary>
    public void TakePing(Instant now)
    {
        _isWanted = false;
        _ping.HandOver(now);
    }

    /// <summary>
    /// The application is called now: what is received from here on may be the answer. For as long as our own pool has kept the ping the
    /// peer was not asked.
    /// </summary>
    public void OnPingBegins(Instant now, in LocalHealth health)
    {
        _forgiven.AddHeldUp(HeldUp(now, health));
        _ping.Begin(now);
        PingsSent++;
        _pingAfter = NextPingAfter();
        _unanswered.OnBegins(now, now - _lastReceived, _rate.Interval);
        Conditions = CurrentConditions(now, health);
    }

    public void OnPingSent()
    {
        _ping.End();
        Conditions &= ~ConnectionConditions.WriteStuck;
    }

    /// <summary>Whether anything follows from it is another question: <see cref="FailedPing"/>.</summary>
    public void OnPingFailed(Exception exception, Instant now)
    {
        OnPingSent();
        _unanswered.OnFailed(_failed.Note(exception, now));
    }

    /// <inheritdoc cref="UnansweredPings.TakeAnswer"/>
    public TimeSpan? TakeAnswer() => _unanswered.TakeAnswer();

    /// <summary>Looks at the connection; to be called at <see cref="NextWake"/> or earlier.</summary>
    public Judgement Tick(Instant now, in LocalHealth health, ITransportWitness witness)
    {
        _lookedAt = now;
        if (_failed.Look(now, Timing.Bound, health, out bool isNear))
        {
            return new Judgement(LossError is { } error ? KindOf(error, now, health) : null, ProbePoolLag: false, Witness: null);
        }

        if (!_rate.Judges)
        {
            return new Judgement(null, isNear, Witness: null);
        }

        TimeSpan silence = Judged(now, health);
        _isWanted |= _unanswered.Count == 0 && !_ping.IsAny && silence >= _pingAfter;
        _ping.Look(now, Timing, health);
        Judgement judgement = silence >= Timing.SuspectAfter && !_ping.IsHeldUp ? JudgeSilence(now, silence, health, witness) : default;
        Conditions = CurrentConditions(now, health);
        return judgement with { ProbePoolLag = judgement.ProbePoolLag || isNear };
    }

    /// <summary>
    /// What an error means that ended the connection. The kernel may be a moment faster than we are, with less knowledge: one cut has one
    /// name.
    /// </summary>
    public LossKind KindOf(Exception error, Instant now, in LocalHealth health)
    {
        LossKind kind = SocketErrorTable.Classify(error);
        return kind == LossKind.KeepAliveTimedOut && _rate.Judges && Judged(now, health) >= Timing.Deadline - (Timing.Bound / 4)
            ? LossKind.HeartbeatTimedOut
            : kind;
    }

    /// <summary>
    /// When the machine wants to look again: never later than anything falls due, and in the past where something is due already.
    /// </summary>
    public Instant NextWake(Instant now, in LocalHealth health)
    {
        Instant wake = _failed.NextLook(now, Timing.Bound, health);
        if (_rate.Judges)
        {
            wake = Instant.Min(wake, _ping.IsHeldUp ? NextWakeWhileHeldUp(now, health) : NextWakeForSilence(now, Judged(now, health)));
            wake = Instant.Min(wake, _ping.StuckAt(now, Timing, health.Pauses));
        }

        return Instant.Max(wake, _lookedAt + s_shortestWait);
    }

    /// <param name="kind">How it was observed.</param>
    /// <param name="bytesReceived">By the application, in all.</param>
    /// <param name="witness">What the transport said at the verdict, where it was asked.</param>
    /// <param name="error">What ended the connection; null = silence.</param>
    public LossObservation Observe(
        LossKind kind, Instant now, in LocalHealth health, long bytesReceived, WitnessReading? witness, Exception? error)
    {
        // A foreign peer judges nobody: that we paused explains a silence, and no end of the peer's making.
        bool isSilence = error is null;
        TimeSpan silence = Silence(now, health);
        return new LossObservation
        {
            Kind = kind,
            Silence = silence,
            Bound = Finite(Timing.Bound),
            Exception = error,
            Detail = isSilence && _silence.ReaderIsStuck ? "bytes of the peer wait here, but our own reader does not take them" : null,
            Evidence = new LossEvidence(_silence.Kernel, witness, error, _failed.Last)
            {
                OwnLag = isSilence ? health.PoolLag : null,
                OwnPauses = health.Pauses.Overlap(_lastReceived, now),
                LongestOwnPause = isSilence ? health.Pauses.LongestSince(Instant.Min(_lastReceived, now - Timing.Bound)) : null,
                ExcusedWhileStarved = NullIfZero(_silence.ExcusedWhileStarved + _forgiven.HeldUpAtLeast(_rate.Tick)),
                ExcusedForHoleRepair = NullIfZero(_silence.ExcusedForHoleRepair),
                ExcusedAfterOwnPause = NullIfZero(_silence.ExcusedAfterOwnPause),
                RoundTrip = RoundTrip,
                MissedBeats = _rate.Judges ? (int)(silence / _rate.Interval) : null,
                UnansweredProbes = _unanswered.Count,

                // Nothing received yet is no number here: there is no handshake that it could tell of.
                BytesReceived = bytesReceived > 0 ? bytesReceived : null,
                WriteStuck = _ping.HasBegun ? true : null,
            },
        };
    }

    public ConnectionSnapshot Snapshot(MonitorState shown, Instant now, in LocalHealth health, long bytes, BoundAdvice? advice) => new()
    {
        State = shown.State,
        Conditions = shown.Conditions,
        Bound = Finite(Timing.Bound),
        Silence = Silence(now, health),
        RoundTrip = RoundTrip,
        MinRoundTrip = MinRoundTrip,
        ReceiveInterval = Finite(Timing.ReceiveInterval),
        ProbesSent = PingsSent,
        BytesReceived = bytes,
        OwnPauses = health.Pauses.Overlap(_lastReceived, now),
        Advice = _rate.Judges ? advice : null,
    };

    /// <summary>The part of the silence that is held against the peer.</summary>
    private TimeSpan Judged(Instant now, in LocalHealth health) => Silence(now, health) - _forgiven.Total - HeldUp(now, health);

    /// <summary>Connections that began together are not to ask together for ever.</summary>
    private TimeSpan NextPingAfter() =>
        _rate.Judges ? HeartbeatRules.Jittered(_rate.Interval, _jitter.NextFraction()) : TimeSpan.MaxValue;

    private TimeSpan HeldUp(Instant now, in LocalHealth health) => _ping.HeldUpFor(_lastReceived, now, health.Pauses);

    private Judgement JudgeSilence(Instant now, TimeSpan silence, in LocalHealth health, ITransportWitness witness)
    {
        bool begins = _silence.Begin(now);
        bool isDue = _silence.VerdictIsDue(now, silence, Timing);
        bool looks = begins || (silence < Timing.Deadline && now >= _kernelLookAt);
        if (!isDue && !looks && now < _silence.NextProbeAt)
        {
            return default;
        }

        // The counters of the kernel are to be seen growing, so it is asked more often than there is something to send.
        _kernelLookAt = now + HeartbeatRules.ProbeSpacing(Timing.Bound);
        WitnessReading reading = witness.Read();
        JudgedSilence judged = new(silence, _lastReceived, Timing, _rate.Tick, _unanswered.AnswerTime(Timing.Bound));
        SilenceLook look = _silence.Look(now, judged, isDue, health, reading, ref _jitter);
        if (look.HeardAt is { } heardAt)
        {
            OnReceived(heardAt);
        }
        else if (look.ProbeIsDue)
        {
            // One at the suspicion, and one after a long pause of ours: a peer that works through its commands has no use for more.
            _silence.AskAgainAt(Instant.Never);
            _isWanted |= look.Loss is null && !_silence.IsStarved;
        }

        return new Judgement(look.Loss, begins, reading);
    }

    /// <summary>The silence that counts stands still until the ping begins.</summary>
    private Instant NextWakeWhileHeldUp(Instant now, in LocalHealth health) =>
        (Conditions & ConnectionConditions.WeAreBehind) == 0 ? now + (Timing.ReceiveInterval - HeldUp(now, health)) : Instant.Never;

    private Instant NextWakeForSilence(Instant now, TimeSpan silence)
    {
        if (!_silence.IsSuspect || silence < Timing.SuspectAfter)
        {
            bool asks = _unanswered.Count == 0 && !_ping.IsAny && !_isWanted;
            return now + ((asks ? Shorter(_pingAfter, Timing.SuspectAfter) : Timing.SuspectAfter) - silence);
        }

        Instant look = _silence.VerdictAt(now, silence, Timing);
        look = silence < Timing.Deadline ? Instant.Min(look, _kernelLookAt) : look;
        return Instant.Min(look, _silence.NextProbeAt);
    }

    private ConnectionConditions CurrentConditions(Instant now, in LocalHealth health)
    {
        bool isBehind = _silence.IsStarved || HeldUp(now, health) >= Timing.ReceiveInterval;
        ConnectionConditions conditions = isBehind ? ConnectionConditions.WeAreBehind : ConnectionConditions.None;
        return _ping.IsStuck ? conditions | ConnectionConditions.WriteStuck : conditions;
    }
}
