using static Liveness.Durations;

namespace Liveness;

/// <summary>
/// A connection that is heard, or asked by a ping of the application's own protocol: when to ask, when to worry, when to judge.
/// </summary>
/// <remarks>Pure, as <see cref="HeartbeatMachine"/>, whose judgement of a silence (<see cref="Suspicion"/>) it shares: every decision is a
/// function of what was put in and the time that came with it, and has a due time of its own. Not thread-safe: its owner holds the lock,
/// which guards every field here.</remarks>
internal sealed class PingMachine
{
    private static readonly TimeSpan s_shortestWait = TimeSpan.FromMilliseconds(1);

    private PingRate _rate;
    private JitterSource _jitter;
    private TimeSpan _pingAfter;
    private Instant _lastReceived;
    private Instant _lookedAt;

    /// <summary>
    /// How much of the present silence does not count: what it had come to when the bound became shorter, and what our own pool has kept a
    /// ping for.
    /// </summary>
    private TimeSpan _forgiven;

    /// <summary>The latter alone, for the evidence.</summary>
    private TimeSpan _heldUp;

    private SilenceJudge _silence;

    /// <summary>While suspect: when the kernel's counters are read next. Whoever looks more often does not see more.</summary>
    private Instant _kernelLookAt;

    private bool _isWanted;

    /// <summary>A ping is on its way to the application, or with it.</summary>
    private Instant? _handedOverAt;

    /// <summary>The application was called, and has not returned yet.</summary>
    private Instant? _begunAt;

    /// <summary>From when on its sending counts as stuck after half of the bound.</summary>
    private Instant _stuckFrom;
    private bool _isStuck;

    /// <summary>The newest ping ran out of its own time: perhaps it was never written.</summary>
    private bool _ranOutOfTime;

    /// <summary>The oldest ping that nothing was received after.</summary>
    private Instant? _askedAt;
    private bool _askedOnIdleLine;
    private int _unanswered;
    private TimeSpan? _answer;
    private Exception? _failure;
    private Instant _failedAt;

    /// <summary>What the newest ping failed with that nothing was received after.</summary>
    private Exception? _lastFailure;

    public PingMachine(PingRate rate, ulong seed, Instant now)
    {
        _rate = rate;
        _jitter = new JitterSource(seed);
        _pingAfter = NextPingAfter();
        _lastReceived = now;
        _lookedAt = now;
    }

    public HeartbeatTiming Timing => _rate.Timing;

    public ConnectionState State => _silence.State;

    public ConnectionConditions Conditions { get; private set; }

    public Instant LastReceived => _lastReceived;

    /// <summary>The next byte is waited for: it answers a ping, ends a suspicion or a condition, or refutes a failure.</summary>
    public bool AwaitsByte =>
        _askedAt is not null || _silence.IsSuspect || _failure is not null || (Conditions & ConnectionConditions.WeAreBehind) != 0;

    /// <summary>A ping is to leave now.</summary>
    public bool CanPing => _isWanted && _handedOverAt is null && _failure is null;

    public long PingsSent { get; private set; }

    /// <summary>From a ping on an idle line to the next byte: the path and the peer's own time together.</summary>
    public TimeSpan? RoundTrip { get; private set; }

    public TimeSpan? MinRoundTrip { get; private set; }

    /// <summary>
    /// A failed ping has stood for as long as the read side had to explain it, and says that this process itself has closed the connection.
    /// </summary>
    public bool HasClosed { get; private set; }

    /// <summary>The failed ping for which the last verdict fell; null = for silence.</summary>
    public Exception? LossError { get; private set; }

    /// <summary>Any byte is life, and ends a silence with all its excuses.</summary>
    /// <param name="at">When; one that has come before a ping is no answer to it.</param>
    public void OnReceived(Instant at)
    {
        _lastReceived = Instant.Max(_lastReceived, at);
        _silence.End();
        _forgiven = TimeSpan.Zero;
        _heldUp = TimeSpan.Zero;
        Conditions &= ~ConnectionConditions.WeAreBehind;
        NoteAnswer(at);
        if (_failure is not null && at >= _failedAt)
        {
            _failure = null;
        }
    }

    public TimeSpan Silence(Instant now, in LocalHealth health) => health.Pauses.RunningTime(_lastReceived, now);

    /// <summary>A new bound, at once. Where it is shorter, the silence so far is forgiven as far as the old bound allows: no live
    /// connection is lost by the change, for it gets the whole of the new bound to answer in; and a dead one is found no later than it
    /// would have been, or than the new bound after the change.</summary>
    public void Change(PingRate rate, Instant now, in LocalHealth health)
    {
        TimeSpan before = _rate.Judges ? _rate.Timing.Deadline + _forgiven : TimeSpan.MaxValue;
        TimeSpan gain = rate.Judges ? before - rate.Timing.Deadline : TimeSpan.Zero;
        _forgiven = Shorter(Silence(now, health), gain > TimeSpan.Zero ? gain : TimeSpan.Zero);
        _rate = rate;
        _pingAfter = NextPingAfter();
        if (!rate.Judges)
        {
            _silence.End();
            _isStuck = false;
        }

        Conditions = CurrentConditions(now, health);
    }

    /// <summary>Somebody asks. A ping that is unanswered already, or is about to be sent, will do: a peer that takes one after the other
    /// would only have more to do.
    /// One that ran out of its own time will not: perhaps the peer never got it, and where nothing is judged nobody else would ask
    /// again.</summary>
    public void RequestPing()
    {
        bool isAboutToBegin = _handedOverAt is not null && _begunAt is null;
        _isWanted |= (_askedAt is null || _ranOutOfTime) && !isAboutToBegin;
    }

    /// <summary>It is on its way to the application.</summary>
    public void TakePing(Instant now)
    {
        _isWanted = false;
        _handedOverAt = now;
    }

    /// <summary>
    /// The application is called now: what is received from here on may be the answer. For as long as our own pool has kept the ping the
    /// peer was not asked.
    /// </summary>
    public void OnPingBegins(Instant now, in LocalHealth health)
    {
        TimeSpan heldUp = HeldUp(now, health);
        _forgiven += heldUp;
        _heldUp += heldUp;
        _begunAt = _stuckFrom = now;
        _ranOutOfTime = false;
        PingsSent++;
        _unanswered++;
        _pingAfter = NextPingAfter();
        if (_askedAt is null)
        {
            _askedAt = now;
            _askedOnIdleLine = now - _lastReceived >= Shorter(_rate.Interval / 2, ProtocolHeartbeatDefaults.IdleLine);
        }

        Conditions = CurrentConditions(now, health);
    }

    public void OnPingSent()
    {
        _handedOverAt = null;
        _begunAt = null;
        _isStuck = false;
        Conditions &= ~ConnectionConditions.WriteStuck;
    }

    /// <summary>
    /// Evidence, and no more: the read side has the last word. A call that ran out of its own time says only that there is no answer yet.
    /// </summary>
    public void OnPingFailed(Exception exception, Instant now)
    {
        OnPingSent();
        _lastFailure = exception;
        _ranOutOfTime = RanOutOfTime(exception);
        if (!_ranOutOfTime)
        {
            _failure = exception;
            _failedAt = now;
        }
    }

    /// <summary>How long the ping took whose answer has come; null = none has come since this was asked.</summary>
    public TimeSpan? TakeAnswer()
    {
        TimeSpan? answer = _answer;
        _answer = null;
        return answer;
    }

    /// <summary>Looks at the connection; to be called at <see cref="NextWake"/> or earlier.</summary>
    public Judgement Tick(Instant now, in LocalHealth health, ITransportWitness witness)
    {
        _lookedAt = now;
        bool isNear = false;
        if (_failure is not null)
        {
            TimeSpan left = Deadline.Left(ReadSideChance, _failedAt, now, health, answerMayWait: true);
            if (left <= TimeSpan.Zero)
            {
                HasClosed = SocketErrorTable.IsOurOwnEnd(_failure);
                LossError = HasClosed ? null : _failure;
                return new Judgement(HasClosed ? null : KindOf(_failure, now, health), ProbePoolLag: false, Witness: null);
            }

            isNear = Deadline.IsNear(ReadSideChance, left);
        }

        if (!_rate.Judges)
        {
            return new Judgement(null, isNear, Witness: null);
        }

        TimeSpan silence = Judged(now, health);
        if (_unanswered == 0 && _handedOverAt is null && silence >= _pingAfter)
        {
            _isWanted = true;
        }

        NoteStuckPing(now, health);
        Judgement judgement = silence >= Timing.SuspectAfter && !IsHeldUp ? JudgeSilence(now, silence, health, witness) : default;
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
        Instant wake = _failure is null ? Instant.Never : Deadline.NextLook(ReadSideChance, _failedAt, now, health, answerMayWait: true);
        if (_rate.Judges)
        {
            wake = Instant.Min(wake, IsHeldUp ? NextWakeWhileHeldUp(now, health) : NextWakeForSilence(now, Judged(now, health)));
            if (_begunAt is not null && !_isStuck)
            {
                wake = Instant.Min(wake, StuckAt(now, health));
            }
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
        TimeSpan silence = Silence(now, health);

        // A foreign peer judges nobody: that we paused explains a silence, and no end of the peer's making.
        bool isSilence = error is null;
        return new LossObservation
        {
            Kind = kind,
            Silence = silence,
            Bound = Finite(Timing.Bound),
            Exception = error,
            Detail = isSilence && _silence.ReaderIsStuck
                ? "bytes of the peer wait here, but our own reader does not take them"
                : null,
            Evidence = new Evidence(_silence.Kernel, witness, error, _lastFailure)
            {
                OwnLag = isSilence ? health.PoolLag : null,
                OwnPauses = health.Pauses.Overlap(_lastReceived, now),
                LongestOwnPause = isSilence ? health.Pauses.LongestSince(Instant.Min(_lastReceived, now - Timing.Bound)) : null,
                ExcusedWhileStarved = NullIfZero(_silence.ExcusedWhileStarved + (_heldUp >= _rate.Tick ? _heldUp : TimeSpan.Zero)),
                ExcusedForHoleRepair = NullIfZero(_silence.ExcusedForHoleRepair),
                ExcusedAfterOwnPause = NullIfZero(_silence.ExcusedAfterOwnPause),
                RoundTrip = RoundTrip,
                MissedBeats = _rate.Judges ? (int)(silence / _rate.Interval) : null,
                UnansweredProbes = _unanswered,

                // Nothing received yet is no number here: there is no handshake that it could tell of.
                BytesReceived = bytesReceived > 0 ? bytesReceived : null,
                WriteStuck = _begunAt is not null ? true : null,
            },
        };
    }

    public ConnectionSnapshot Snapshot(MonitorState shown, Instant now, in LocalHealth health, long bytesReceived) => new()
    {
        State = shown.State,
        Conditions = shown.Conditions,
        Bound = Finite(Timing.Bound),
        Silence = Silence(now, health),
        RoundTrip = RoundTrip,
        MinRoundTrip = MinRoundTrip,
        ReceiveInterval = Finite(Timing.ReceiveInterval),
        ProbesSent = PingsSent,
        BytesReceived = bytesReceived,
        OwnPauses = health.Pauses.Overlap(_lastReceived, now),
    };

    /// <summary>The part of the silence that is held against the peer.</summary>
    private TimeSpan Judged(Instant now, in LocalHealth health) => Silence(now, health) - _forgiven - HeldUp(now, health);

    /// <summary>Connections that began together are not to ask together for ever.</summary>
    private TimeSpan NextPingAfter() =>
        _rate.Judges ? HeartbeatRules.Jittered(_rate.Interval, _jitter.NextFraction()) : TimeSpan.MaxValue;

    /// <summary>For how long of the present silence the ping has waited for our own pool.</summary>
    private TimeSpan HeldUp(Instant now, in LocalHealth health) =>
        _handedOverAt is { } since && _begunAt is null ? health.Pauses.RunningTime(Instant.Max(since, _lastReceived), now) : TimeSpan.Zero;

    private static bool RanOutOfTime(Exception exception) =>
        exception is TimeoutException or OperationCanceledException && SocketErrorTable.Find(exception) is null;

    private void NoteAnswer(Instant at)
    {
        if (_askedAt is not { } asked)
        {
            _unanswered = 0;
            return;
        }

        if (at < asked)
        {
            return;
        }

        _answer = at - asked;
        _askedAt = null;
        _ranOutOfTime = false;
        _unanswered = 0;
        _lastFailure = null;
        if (_askedOnIdleLine)
        {
            RoundTrip = _answer;
            MinRoundTrip = MinRoundTrip is { } least ? Shorter(least, _answer.Value) : _answer;
        }
    }

    /// <summary>What the peer said before a ping failed may lie unread.</summary>
    private TimeSpan ReadSideChance => Deadline.OfFailedWrite(Timing.Bound);

    private Instant StuckAt(Instant now, in LocalHealth health) => now + ((Timing.Bound / 2) - health.Pauses.RunningTime(_stuckFrom, now));

    /// <summary>A ping that takes half of the bound to send. With our own pool behind, it is we who have not come back to it.</summary>
    private void NoteStuckPing(Instant now, in LocalHealth health)
    {
        if (_begunAt is null || _isStuck || StuckAt(now, health) > now)
        {
            return;
        }

        if (health.PoolLag >= Timing.ReceiveInterval)
        {
            _stuckFrom = now;
            return;
        }

        _isStuck = true;
    }

    /// <summary>A measured answer holds the peer's own time too; more than a bound is nobody's answer time.</summary>
    private TimeSpan AnswerTime => Shorter(RoundTrip ?? TimeSpan.Zero, Timing.Bound);

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
        JudgedSilence judged = new(silence, _lastReceived, Timing, _rate.Tick, AnswerTime);
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

    private bool IsHeldUp => _handedOverAt is not null && _begunAt is null;

    /// <summary>The silence that counts stands still until the ping begins.</summary>
    private Instant NextWakeWhileHeldUp(Instant now, in LocalHealth health)
    {
        return (Conditions & ConnectionConditions.WeAreBehind) == 0 ? now + (Timing.ReceiveInterval - HeldUp(now, health)) : Instant.Never;
    }

    private Instant NextWakeForSilence(Instant now, TimeSpan silence)
    {
        if (!_silence.IsSuspect || silence < Timing.SuspectAfter)
        {
            bool asks = _unanswered == 0 && _handedOverAt is null && !_isWanted;
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
        return _isStuck ? conditions | ConnectionConditions.WriteStuck : conditions;
    }
}
