namespace Liveness;

/// <content>Suspicion, the excuses in their order, the verdict.</content>
internal sealed partial class PingMachine
{
    /// <summary>The kernel dates by its own ticks, 10 ms apart at most: what differs by less is the byte that we know.</summary>
    private static readonly TimeSpan s_kernelClockStep = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan s_shortestWait = TimeSpan.FromMilliseconds(1);

    private Suspicion? _suspicion;

    /// <summary>While suspect: when the kernel's counters are read next. Whoever looks more often does not see more.</summary>
    private Instant _kernelLookAt;

    /// <summary>Since the connection became suspect, before the second ping: what the kernel does with that one is what tells.</summary>
    private KernelSilence? _kernel;

    /// <summary>
    /// A failed ping has stood for as long as the read side had to explain it, and says that this process itself has closed the connection.
    /// </summary>
    public bool HasClosed { get; private set; }

    /// <summary>The failed ping for which the last verdict fell; null = for silence.</summary>
    public Exception? LossError { get; private set; }

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
        bool begins = _suspicion is null;
        Suspicion suspicion = _suspicion ??= new Suspicion(now);
        bool isDue = silence >= Timing.Deadline && now >= suspicion.LookAgainAt;
        bool looks = begins || (silence < Timing.Deadline && now >= _kernelLookAt);
        if (!isDue && !looks && now < suspicion.NextProbeAt)
        {
            return default;
        }

        // The counters of the kernel are to be seen growing, so it is asked more often than there is something to send.
        _kernelLookAt = now + (Timing.Bound / 16);
        if (suspicion.TryGrantGrace(_lastReceived, Timing, health, AnswerTime))
        {
            // Paced: after a pause every connection of the process wants to ask.
            suspicion.NextProbeAt = now + (Timing.ReceiveInterval / 2 * _jitter.NextFraction());
        }

        WitnessReading reading = witness.Read();
        if (reading.HeldBackHeardAgo is { } ago && now - ago > _lastReceived + s_kernelClockStep)
        {
            // A byte that lies in a layer between the kernel and the reader is a byte all the same.
            OnReceived(now - ago);
            return new Judgement(null, begins, reading);
        }

        (_kernel ??= new KernelSilence()).Look(reading);
        suspicion.WatchHole(now, reading);
        LossKind? loss = isDue ? suspicion.Verdict(now, silence, Timing, _rate.Tick, health, reading) : null;
        if (now >= suspicion.NextProbeAt)
        {
            // One at the suspicion, and one after a long pause of ours: a peer that works through its commands has no use for more.
            suspicion.NextProbeAt = Instant.Never;
            _isWanted |= loss is null && !suspicion.IsStarved;
        }

        return new Judgement(loss, begins, reading);
    }

    private bool IsHeldUp => _handedOverAt is not null && _begunAt is null;

    /// <summary>The silence that counts stands still until the ping begins.</summary>
    private Instant NextWakeWhileHeldUp(Instant now, in LocalHealth health)
    {
        return (Conditions & ConnectionConditions.WeAreBehind) == 0 ? now + (Timing.ReceiveInterval - HeldUp(now, health)) : Instant.Never;
    }

    private Instant NextWakeForSilence(Instant now, TimeSpan silence)
    {
        if (_suspicion is not { } suspicion || silence < Timing.SuspectAfter)
        {
            bool asks = _unanswered == 0 && _handedOverAt is null && !_isWanted;
            return now + ((asks ? Shorter(_pingAfter, Timing.SuspectAfter) : Timing.SuspectAfter) - silence);
        }

        Instant look = silence < Timing.Deadline ? Instant.Min(now + (Timing.Deadline - silence), _kernelLookAt) : suspicion.LookAgainAt;
        return Instant.Min(look, suspicion.NextProbeAt);
    }

    private ConnectionConditions CurrentConditions(Instant now, in LocalHealth health)
    {
        bool isBehind = _suspicion is { IsStarved: true } || HeldUp(now, health) >= Timing.ReceiveInterval;
        ConnectionConditions conditions = isBehind ? ConnectionConditions.WeAreBehind : ConnectionConditions.None;
        return _isStuck ? conditions | ConnectionConditions.WriteStuck : conditions;
    }
}
