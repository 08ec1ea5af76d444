namespace Liveness.Benchmarks;

/// <summary>One end that does on a wake-up, and on bytes that arrive, what a heartbeat stream does, except for the system calls.</summary>
internal sealed class BeatingEnd : SchedulerEntry
{
    /// <summary>A beat as it goes over the wire.</summary>
    public const int BeatSize = WireLimits.HeaderSize + WireLimits.BeatPayload;

    private readonly Lock _gate = new();
    private readonly VirtualScheduler _scheduler;
    private readonly Wire _wire;
    private readonly InBandSession _session;
    private BeatingEnd? _peer;

    /// <param name="plan">Of every end.</param>
    /// <param name="number">Distinct: it seeds the jitter.</param>
    /// <param name="scheduler">The wheel.</param>
    /// <param name="wire">To the peer.</param>
    public BeatingEnd(HeartbeatPlan plan, int number, VirtualScheduler scheduler, Wire wire)
    {
        _session = new InBandSession(plan, instanceId: 1, endpointId: (UInt128)(number + 1));
        _scheduler = scheduler;
        _wire = wire;
    }

    public LivenessState State => _session.State;

    public void Start(BeatingEnd peer, TimeSpan tick)
    {
        _peer = peer;
        _session.Start(_scheduler.Now);
        _scheduler.Register(this, tick);
        FileWakeup();
        Send();
    }

    public override Instant OnDue(Instant now)
    {
        int length = 0;
        lock (_gate)
        {
            now = _scheduler.Now;
            _session.Tick(now, _scheduler.Observe(now), NullTransportWitness.Instance);
            if (_session.HasOutput(now))
            {
                length = TakeOutputNeedsLock(_scheduler.Now, out _);
            }
        }

        for (; length > 0; length = TakeOutput())
        {
            _wire.Outbox.Add(_peer!, length);
        }

        lock (_gate)
        {
            return NextWakeNeedsLock(now);
        }
    }

    public void Receive(ReadOnlySpan<byte> bytes)
    {
        SessionSignals signals;
        lock (_gate)
        {
            Instant present = _scheduler.Now;
            signals = _session.OnReceived(bytes, present, _scheduler.Observe(present));
        }

        if ((signals & SessionSignals.Wake) != 0)
        {
            FileWakeup();
        }

        if ((signals & SessionSignals.Output) != 0)
        {
            Send();
        }
    }

    /// <summary>Until nothing is left, as a stream does: the last look finds that.</summary>
    private void Send()
    {
        int length;
        SessionSignals signals;
        lock (_gate)
        {
            Instant now = _scheduler.Now;
            if (!_session.HasOutput(now))
            {
                return;
            }

            length = TakeOutputNeedsLock(now, out signals);
            if ((signals & SessionSignals.Wake) != 0 && _scheduler.TryPutOff(this, NextWakeNeedsLock(now)))
            {
                signals &= ~SessionSignals.Wake;
            }
        }

        if ((signals & SessionSignals.Wake) != 0)
        {
            FileWakeup();
        }

        for (; length > 0; length = TakeOutput())
        {
            _wire.Outbox.Add(_peer!, length);
        }
    }

    private int TakeOutput()
    {
        int length;
        SessionSignals signals;
        lock (_gate)
        {
            length = TakeOutputNeedsLock(_scheduler.Now, out signals);
        }

        if ((signals & SessionSignals.Wake) != 0)
        {
            FileWakeup();
        }

        return length;
    }

    private void FileWakeup()
    {
        Instant wake;
        lock (_gate)
        {
            wake = NextWakeNeedsLock(_scheduler.Now);
            if (_scheduler.TryPutOff(this, wake))
            {
                return;
            }
        }

        _scheduler.Schedule(this, wake);
    }

    private int TakeOutputNeedsLock(Instant now, out SessionSignals signals) =>
        _session.TakeOutput(_wire.Outbox.Room, now, _scheduler.Observe(now), out signals).Length;

    private Instant NextWakeNeedsLock(Instant now) => _session.NextWake(now, _scheduler.Observe(now));
}
