namespace Liveness;

/// <content>Suspicion, the excuses in their order, the verdict.</content>
internal sealed partial class PingMachine
{
    /// <summary>The kernel dates by its own ticks, 10 ms apart at most: what differs by less is the byte that we know.</summary>
    private static readonly TimeSpan s_kernelClockStep = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan s_shortestWait = TimeSpan.FromMilliseconds(1);

    private Suspicion? _suspicion;

    /// <summary>Since the connection became suspect, before the second ping: what the kernel does with that one is what tells.</summary>
    private KernelSilence? _kernel;

    /// <summary>A failed ping has stood for as long as the read side had to explain it, and says that this process itself has closed the connection.</summary>
    public bool HasClosed { get; private set; }

    /// <summary>The failed ping for which the last verdict fell; null = for silence.</summary>
    public Exception? LossError { get; private set; }

    /// <summary>Looks at the connection; to be called at <see cref="NextWake"/> or earlier.</summary>
    public Judgement Tick(Instant now, in LocalHealth health, ITransportWitness witness)
    {
        if (_failure is not null && ReadSideChanceLeft(now, health) <= TimeSpan.Zero)
        {
            HasClosed = SocketErrorTable.IsOurOwnEnd(_failure);
            LossError = HasClosed ? null : _failure;
            return new Judgement(HasClosed ? null : KindOf(_failure, now, health), ProbePoolLag: false, Witness: null);
        }

        if (!_rate.Judges)
        {
            return default;
        }

        TimeSpan silence = Judged(now, health);
        if (_unanswered == 0 && _handedOverAt is null && silence >= _pingAfter)
        {
            _isWanted = true;
        }

        Judgement judgement = silence >= Timing.SuspectAfter ? JudgeSilence(now, silence, health, witness) : default;
        Conditions = CurrentConditions(now, health);
        return judgement;
    }

    /// <summary>What an error means that ended the connection. The kernel may be a moment faster than we are, with less knowledge: one cut has one name.</summary>
    public LossKind KindOf(Exception error, Instant now, in LocalHealth health)
    {
        LossKind kind = SocketErrorTable.Classify(error);
        return kind == LossKind.KeepAliveTimedOut && _rate.Judges && Judged(now, health) >= Timing.Deadline - (Timing.Bound / 4)
            ? LossKind.HeartbeatTimedOut
            : kind;
    }

    /// <summary>When the machine wants to look again: never later than anything falls due.</summary>
    public Instant NextWake(Instant now, in LocalHealth health)
    {
        Instant wake = _failure is null ? Instant.Never : now + ReadSideChanceLeft(now, health);
        if (_rate.Judges)
        {
            wake = Instant.Min(wake, IsHeldUp ? NextWakeWhileHeldUp(now, health) : NextWakeForSilence(now, Judged(now, health)));
            if (_begunAt is { } since && (Conditions & ConnectionConditions.WriteStuck) == 0)
            {
                wake = Instant.Min(wake, now + (StuckAfter - health.Pauses.RunningTime(since, now)));
            }
        }

        return Instant.Max(wake, now + s_shortestWait);
    }

    private TimeSpan StuckAfter => Timing.Bound / 2;

    /// <summary>A measured answer holds the peer's own time too; more than a bound is nobody's answer time.</summary>
    private TimeSpan AnswerTime => Shorter(RoundTrip ?? TimeSpan.Zero, Timing.Bound);

    private Judgement JudgeSilence(Instant now, TimeSpan silence, in LocalHealth health, ITransportWitness witness)
    {
        bool begins = _suspicion is null;
        Suspicion suspicion = _suspicion ??= new Suspicion(now);
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
        LossKind? loss = silence >= Timing.Deadline ? suspicion.Verdict(now, Timing, health, reading) : null;
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
        TimeSpan left = Timing.ReceiveInterval - HeldUp(now, health);
        return left > TimeSpan.Zero ? now + left : Instant.Never;
    }

    private Instant NextWakeForSilence(Instant now, TimeSpan silence)
    {
        if (_suspicion is not { } suspicion || silence < Timing.SuspectAfter)
        {
            bool asks = _unanswered == 0 && _handedOverAt is null && !_isWanted && silence < _pingAfter;
            return now + ((asks ? _pingAfter : Timing.SuspectAfter) - silence);
        }

        // The counters of the kernel are to be seen growing, so it is asked more often than there is something to send.
        Instant look = silence < Timing.Deadline ? now + Shorter(Timing.Deadline - silence, Timing.Bound / 16) : suspicion.LookAgainAt;
        return Instant.Min(look, suspicion.NextProbeAt);
    }

    private ConnectionConditions CurrentConditions(Instant now, in LocalHealth health)
    {
        bool isBehind = _suspicion is { IsStarved: true } || HeldUp(now, health) >= Timing.ReceiveInterval;
        ConnectionConditions conditions = isBehind ? ConnectionConditions.WeAreBehind : ConnectionConditions.None;
        bool isStuck = _begunAt is { } since && health.Pauses.RunningTime(since, now) >= StuckAfter;
        return isStuck ? conditions | ConnectionConditions.WriteStuck : conditions;
    }
}
