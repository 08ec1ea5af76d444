using System.Diagnostics;

namespace Liveness.ProtocolPing;

/// <summary>What a <see cref="PingConnection"/> knows: its machine, who waits for an answer, and how it has ended.</summary>
/// <remarks>
/// Everything here is under the lock of the connection, but for <see cref="AwaitsByte"/> and, after the end, what led to it.
/// </remarks>
/// <param name="gate">The connection's lock.</param>
/// <param name="machine">Decides.</param>
/// <param name="received">Written by any thread without the lock.</param>
/// <param name="monitor">Is told the state under the lock, so that a newer one is never overwritten by an older one.</param>
/// <param name="scheduler">What time it is, and how this process is doing: asked after the stamp, so that nothing was received
/// later.</param>
/// <param name="witness">Of the transport.</param>
internal sealed class PingSession(
    Lock gate,
    PingMachine machine,
    ReceiveStamp received,
    ConnectionMonitor monitor,
    LivenessScheduler scheduler,
    ITransportWitness witness)
{
    private NetworkProbe _networkProbe = new();

    /// <summary>The change of the network for which the peer is asked.</summary>
    private Instant _networkChangedAt;
    private ProbeWaiters _probe;

    /// <summary>For those who wait.</summary>
    private TimeSpan _probeAnswer;

    /// <summary>
    /// The newest round trip, until it has been measured: where pings are sent, and neither under the lock nor on the scheduler's thread.
    /// </summary>
    private TimeSpan? _unmeasured;

    /// <summary>Written under the lock, read without it.</summary>
    private bool _awaitsByte;

    /// <summary>
    /// The next byte must be looked at when it comes, and not at the next wake-up. Any thread: a full fence lies between setting it and
    /// reading the stamp, as between setting the stamp and reading it: one of the two sees the other.
    /// </summary>
    public bool AwaitsByte => Volatile.Read(ref _awaitsByte);

    /// <summary>Nothing is judged or sent any more; for good.</summary>
    public bool HasEnded { get; private set; }

    public bool IsDisposed { get; private set; }

    /// <summary>How it has ended; null = in good order, or not yet. Set before <see cref="HasEnded"/>, and never again.</summary>
    public ConnectionLoss? Loss { get; private set; }

    /// <summary>After the end; then it needs no lock.</summary>
    public Exception EndAsException() =>
        IsDisposed ? new ObjectDisposedException(nameof(ProtocolHeartbeat))
        : Loss is { } loss ? new ConnectionLostException(loss)
        : new InvalidOperationException("The connection is closed.");

    public void CloseNeedsLock()
    {
        Debug.Assert(gate.IsHeldByCurrentThread);
        HasEnded = true;
    }

    public void DisposeNeedsLock()
    {
        Debug.Assert(gate.IsHeldByCurrentThread);
        IsDisposed = true;
        HasEnded = true;
    }

    /// <summary>The application's own reading or writing has failed.</summary>
    public void FailNeedsLock(Exception exception)
    {
        Debug.Assert(gate.IsHeldByCurrentThread);
        PullStamp();
        Instant now = scheduler.Now;
        LocalHealth health = scheduler.Observe(now);
        Lose(machine.KindOf(exception, now, health), now, health, reading: null, exception);
    }

    public PingSignals ChangeNeedsLock(PingRate rate)
    {
        Debug.Assert(gate.IsHeldByCurrentThread);
        PullStamp();
        Instant now = scheduler.Now;
        machine.Change(rate, now, scheduler.Observe(now));
        return Settle(now);
    }

    public PingSignals BeginPingNeedsLock()
    {
        Debug.Assert(gate.IsHeldByCurrentThread);

        // What has come until now answers nothing; what comes from now on is to be noticed at once.
        PullStamp();
        Instant now = scheduler.Now;
        machine.OnPingBegins(now, scheduler.Observe(now));
        return Settle(now);
    }

    /// <returns>A round trip that is to be measured; null = none.</returns>
    public TimeSpan? EndPingNeedsLock(Exception? failure)
    {
        Debug.Assert(gate.IsHeldByCurrentThread);
        TimeSpan? answered = _unmeasured;
        _unmeasured = null;
        if (failure is null)
        {
            machine.OnPingSent();
        }
        else
        {
            machine.OnPingFailed(failure, scheduler.Now);
        }

        return answered;
    }

    public PingSignals OnAwaitedByteNeedsLock(Instant at)
    {
        Debug.Assert(gate.IsHeldByCurrentThread);
        OnReceived(at);
        return Settle(scheduler.Now);
    }

    /// <summary>One more waits for an answer.</summary>
    public (Task<TimeSpan> Answer, PingSignals Signals) JoinProbeNeedsLock()
    {
        Debug.Assert(gate.IsHeldByCurrentThread);
        PullStamp();
        Task<TimeSpan> answer = _probe.Join();
        machine.RequestPing();
        return (answer, Settle(scheduler.Now));
    }

    /// <returns>Who waits, null = nobody, and what they are told if an answer has come.</returns>
    public (TaskCompletionSource<TimeSpan>? Waiting, TimeSpan Answer) TakeProbeNeedsLock()
    {
        Debug.Assert(gate.IsHeldByCurrentThread);
        return (_probe.Take(), _probeAnswer);
    }

    /// <inheritdoc cref="NetworkProbe.TryPlan"/>
    public bool TryPlanNetworkProbeNeedsLock(Instant from)
    {
        Debug.Assert(gate.IsHeldByCurrentThread);
        if (HasEnded || !_networkProbe.TryPlan(from, machine.Timing.ReceiveInterval))
        {
            return false;
        }

        _networkChangedAt = from;
        return true;
    }

    /// <summary>Judges.</summary>
    public PingSignals LookNeedsLock()
    {
        Debug.Assert(gate.IsHeldByCurrentThread);
        if (HasEnded)
        {
            return PingSignals.None;
        }

        PullStamp();
        Instant now = scheduler.Now;
        LocalHealth health = scheduler.Observe(now);
        Judgement judgement = machine.Tick(now, health, witness);
        if (judgement.Loss is { } kind)
        {
            Lose(kind, now, health, judgement.Witness, machine.LossError);
            return PingSignals.Ended;
        }

        if (machine.HasClosed)
        {
            HasEnded = true;
            return PingSignals.Ended;
        }

        // Who has heard the peer since the change needs not ask.
        if (_networkProbe.TryTake(now) && machine.LastReceived < _networkChangedAt)
        {
            machine.RequestPing();
        }

        PingSignals signals = Settle(now);
        return judgement.ProbePoolLag ? signals | PingSignals.LookAtOurselves : signals;
    }

    public Instant NextWakeNeedsLock()
    {
        Debug.Assert(gate.IsHeldByCurrentThread);
        if (HasEnded)
        {
            return Instant.Never;
        }

        Instant now = scheduler.Now;
        return Instant.Min(_networkProbe.DueAt, machine.NextWake(now, scheduler.Observe(now)));
    }

    public ConnectionSnapshot SnapshotNeedsLock(BoundAdvice? advice)
    {
        Debug.Assert(gate.IsHeldByCurrentThread);
        PullStamp();
        Instant now = scheduler.Now;
        return machine.Snapshot(new MonitorState(monitor.State, monitor.Conditions), now, scheduler.Observe(now), received.Bytes, advice);
    }

    /// <summary>
    /// After anything that the machine was told: takes a ping that is due, publishes the state, and sees to it that the next byte is
    /// noticed.
    /// </summary>
    private PingSignals Settle(Instant now)
    {
        PingSignals signals = PingSignals.None;
        if (machine.CanPing)
        {
            machine.TakePing(now);
            signals |= PingSignals.Ping;
        }

        bool awaits = machine.AwaitsByte;
        if (awaits != _awaitsByte)
        {
            Volatile.Write(ref _awaitsByte, awaits);
            Interlocked.MemoryBarrier();
            PullStamp();
        }

        if ((machine.State, machine.Conditions) != (monitor.State, monitor.Conditions))
        {
            monitor.Update(machine.State, machine.Conditions);
            signals |= PingSignals.StateChanged;
        }

        if (machine.TakeAnswer() is { } roundTrip)
        {
            _probeAnswer = roundTrip;
            if (machine.Timing.Bound != TimeSpan.MaxValue)
            {
                monitor.Metrics?.Bounds.Note(NeededBound.OfRoundTrip(roundTrip, now, scheduler.Observe(now)), now);
            }

            _unmeasured = roundTrip;
            signals |= _probe.IsEmpty ? PingSignals.None : PingSignals.Answered;
        }

        return signals;
    }

    private void PullStamp()
    {
        Instant stamp = received.At;
        if (stamp > machine.LastReceived)
        {
            OnReceived(stamp);
        }
    }

    /// <summary>A silence is over.</summary>
    private void OnReceived(Instant at)
    {
        HeartbeatTiming timing = machine.Timing;
        if (timing.Bound != TimeSpan.MaxValue && monitor.Metrics is { Bounds: { } bounds })
        {
            // The stamp is looked at now and then: what came in between is in its longest gap.
            LocalHealth health = scheduler.Observe(scheduler.Now);
            TimeSpan silence = received.TakeLongestGap() - health.Pauses.Overlap(machine.LastReceived, at);
            bounds.Note(NeededBound.OfSilence(silence, health, timing), at);
        }

        machine.OnReceived(at);
    }

    private void Lose(LossKind kind, Instant now, in LocalHealth health, WitnessReading? reading, Exception? error)
    {
        LossObservation observation = machine.Observe(kind, now, health, received.Bytes, reading, error);
        Loss = LossFactory.Create(observation, scheduler.TimeProvider.GetUtcNow());
        HasEnded = true;
    }
}
