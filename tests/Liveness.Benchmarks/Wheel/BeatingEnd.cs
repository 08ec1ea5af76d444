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
        _scheduler.Schedule(this, NextWake());
        Send();
    }

    public override Instant OnDue(Instant now)
    {
        lock (_gate)
        {
            Instant present = _scheduler.Now;
            _session.Tick(present, _scheduler.Observe(present), NullTransportWitness.Instance);
        }

        Send();
        return NextWake();
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
        lock (_gate)
        {
            if (!_session.HasOutput(_scheduler.Now))
            {
                return;
            }
        }

        while (TakeOutput() is int length and > 0)
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
            Instant present = _scheduler.Now;
            length = _session.TakeOutput(_wire.Outbox.Room, present, _scheduler.Observe(present), out signals).Length;
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
            wake = NextWakeNeedsLock();
            if (_scheduler.TryPutOff(this, wake))
            {
                return;
            }
        }

        _scheduler.Schedule(this, wake);
    }

    private Instant NextWake()
    {
        lock (_gate)
        {
            return NextWakeNeedsLock();
        }
    }

    private Instant NextWakeNeedsLock()
    {
        Instant present = _scheduler.Now;
        return _session.NextWake(present, _scheduler.Observe(present));
    }
}
