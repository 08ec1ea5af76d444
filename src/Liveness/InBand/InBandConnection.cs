using System.Buffers;
using System.Diagnostics;
using System.Security.Cryptography;
using Liveness.Diagnostics;

namespace Liveness;

/// <summary>What a <see cref="HeartbeatStream"/> is made of: the session, the transport, and the parts that move bytes between them; it
/// holds the lock of them all, and does what the session asks for.</summary>
/// <remarks>
/// <para>The lock. <see cref="Gate"/> is the only one of a connection. It guards the session, and every field that says so. It is not
/// split, because a beat carries the counts of both directions. A method whose name ends in NeedsLock is called under it, and asserts
/// that; every other method takes it where it needs it. Under it nothing waits, and of what others wrote only the guarded clock runs:
/// what is to be done is decided under it and done after it, by <see cref="Act"/>. The locks of the monitor and of the scheduler may be
/// taken under it, never the other way round.</para>
/// <para>Ownership. Two things are done by one thread at a time, which may change between two steps, and holds no lock meanwhile: the
/// receiving (<see cref="ReceivePump"/>) and the sending (<see cref="SendPump"/>). Either is taken and given up under the lock, so that
/// the next owner sees what the last one wrote. What only the owner touches says so at the field.</para>
/// <para>The application. It reads on one thread at a time, and writes on as many as it likes. A read that waits belongs to whoever settles
/// it, under the lock, first (<see cref="PendingRead"/>). Writes go one after the other, in the order in which they took the lock first;
/// what a write lends is copied or handed over before it returns (<see cref="WriteQueue"/>).</para>
/// <para>The end. It is fixed once, under the lock, together with the loss that names it; then the monitor is told, and after that whoever
/// waits (<see cref="InBandEnd"/>).</para>
/// <para>The scheduler calls it when something falls due, on a thread that looks after every connection of the process: there it judges,
/// and hands over control frames at most.</para>
/// </remarks>
// Long, because what the session asks for is done in one order at one place, and the lock is explained where it is held.
internal sealed class InBandConnection : SchedulerEntry, IMonitoredConnection
{
    private static readonly UInt128 s_instanceId = RandomId();

    private readonly Transport _transport;
    private readonly InBandSession _session;

    /// <inheritdoc cref="StreamObserver"/>
    private StreamObserver _observer;

    /// <summary>Null once the handshake is through. Taken away once, under the lock.</summary>
    private InBandStart? _start;

    /// <summary>Made when somebody asks for the end. Set once, under the lock.</summary>
    private InBandEnd? _end;

    /// <summary>Set once, interlocked.</summary>
    private WriteQueue? _writes;

    /// <summary>Made when somebody closes or is about to, or when the connection is lost. Set once, under the lock.</summary>
    private StreamCloser? _closer;

    /// <summary>Set once, under the lock; a look without it is a first look only.</summary>
    private volatile bool _isDisposed;

    /// <summary>Set once, under the lock; a look without it is a first look only.</summary>
    private volatile bool _isStarted;

    /// <summary>The scheduler is done with this connection. Under the lock.</summary>
    private bool _isForgotten;

    /// <summary>When to ask the kernel about the path. Under the lock.</summary>
    private PathLooks _pathLooks;

    /// <summary>Under the lock.</summary>
    private NetworkProbe _networkProbe = new();

    /// <param name="transport">Used by this connection alone.</param>
    /// <param name="options">Read now.</param>
    /// <param name="endpointId">Of this stream; it also seeds the jitter.</param>
    /// <param name="pool">Where buffers come from; null = the shared pool.</param>
    public InBandConnection(Transport transport, HeartbeatOptions options, UInt128 endpointId, ArrayPool<byte>? pool = null)
    {
        HeartbeatPlan plan = HeartbeatPlan.Create(options);
        _transport = transport;
        Scheduler = LivenessScheduler.For(options.TimeProvider);
        _session = new InBandSession(plan, s_instanceId, endpointId, pool)
        {
            MostPayload = transport.MostPayload,
            RecordSize = transport.RecordSize,
            IsNegotiated = transport.IsNegotiated,
        };
        Sender = new SendPump(this);
        Read = new PendingRead(this);
        Receiver = new ReceivePump(this);
        _start = new InBandStart(this);
        ConnectionMetrics? metrics = ConnectionMetrics.For(options.MeterFactory, options.Name, options.Mode, Clock.TimeProvider);
        Monitor = new ConnectionMonitor(this, Clock.Guard(options.Logger), metrics, begins: false);
    }

    /// <summary>See the remarks of this class. The session, for an idle connection has no object to spare: nobody else locks it.</summary>
    public object Gate => _session;

    /// <summary>Under the lock, unless a member of it says otherwise.</summary>
    public InBandSession Session => _session;

    public Transport Transport => _transport;

    public HeartbeatPlan Plan => _session.Plan;

    public LivenessScheduler Clock => Scheduler!;

    public WorkQueue WorkQueue => Clock.WorkQueue;

    bool IMonitoredConnection.CanProbe => true;

    TimeProvider IMonitoredConnection.Clock => Clock.TimeProvider;

    string? IMonitoredConnection.Remote => RemoteName.Text(_transport.Remote);

    public override GuardedLogger Logger => Monitor.Logger;

    public ConnectionMonitor Monitor { get; }

    public ref StreamObserver Observer => ref _observer;

    public PendingRead Read { get; }

    public ReceivePump Receiver { get; }

    public SendPump Sender { get; }

    /// <summary>Made with the first write or flush.</summary>
    public WriteQueue Writes => Volatile.Read(ref _writes) ?? MakeWrites();

    /// <summary>Null = nobody has ever written. Whoever changes under the lock what a writer waits for, and looks after that, misses none:
    /// a writer is here before it takes the lock.</summary>
    public WriteQueue? KnownWrites => Volatile.Read(ref _writes);

    /// <inheritdoc cref="_start"/>
    public InBandStart? Start => Volatile.Read(ref _start);

    /// <summary>Made with the first call.</summary>
    public InBandEnd End => Volatile.Read(ref _end) ?? MakeEnd();

    /// <summary>Where buffers come from.</summary>
    public ArrayPool<byte> Pool => _session.Pool ?? ArrayPool<byte>.Shared;

    public bool IsDisposed => _isDisposed;

    public bool IsStarted => _isStarted;

    /// <summary>The application's close is over.</summary>
    public bool IsClosed => Volatile.Read(ref _closer) is { IsOver: true };

    /// <summary>A close that decides by itself how it went has not done so yet.</summary>
    public bool CloseIsUndecidedNeedsLock
    {
        get
        {
            Debug.Assert(System.Threading.Monitor.IsEntered(Gate));
            return _closer is { IsUndecidedNeedsLock: true };
        }
    }

    /// <summary>Who is at both ends, once the handshake is through: endpoints are streams, instances are processes.</summary>
    public (UInt128 OwnEndpoint, UInt128 PeerEndpoint, UInt128 OwnInstance, UInt128 PeerInstance) Identities
    {
        get
        {
            lock (Gate)
            {
                return (_session.EndpointId, _session.PeerEndpointId, s_instanceId, _session.PeerInstanceId);
            }
        }
    }

    public static UInt128 RandomId()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    public StreamCloser Closer()
    {
        lock (Gate)
        {
            return _closer ??= new StreamCloser(this);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (_isDisposed)
        {
            return Task.FromException(End.AsException());
        }

        EnsureStarted();
        return Start?.WaitAsync(cancellationToken) ?? Task.CompletedTask;
    }

    public void EnsureStarted()
    {
        if (_isStarted)
        {
            return;
        }

        SessionSignals signals;
        lock (Gate)
        {
            if (_session.IsStarted || _isDisposed)
            {
                return;
            }

            Clock.Register(this, _session.WantedRate.Tick);
            Receiver.PrepareNeedsLock();
            Instant now = Clock.Now;
            signals = _session.Start(now);
            if (Start is { Taken.IsEmpty: false } begun)
            {
                signals |= NoteNeedsLock(_session.OnReceived(begun.Taken.Span, now, Clock.Observe(now)));
            }

            _isStarted = true;
        }

        Start?.StopWatching();
        _transport.HoldClaim();
        Monitor.Begin();

        // Reading starts before HELLO is written, and never waits for the writer.
        WorkQueue.Post(new QueuedAction(Receiver.Resume));
        Act(signals);
    }

    /// <inheritdoc cref="HeartbeatStream.ChangeDetectWithin"/>
    public void ChangeDetectWithin(TimeSpan detectWithin)
    {
        HeartbeatRate rate = HeartbeatRate.Derive(detectWithin, Plan.MinTransmitInterval, Plan.MinReceiveInterval);
        SessionSignals signals;
        lock (Gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(HeartbeatStream));
            if (_isForgotten)
            {
                return;
            }

            signals = _session.ChangeRate(rate);
            if (_session.IsStarted)
            {
                Clock.Register(this, rate.Tick);
            }
        }

        Act(signals);
    }

    /// <summary>Outside the lock: does what the session asked for. The order is a contract: what must not wait comes first, the monitor is
    /// told before whoever waits, and sending comes last, because it may take long.</summary>
    public void Act(SessionSignals signals, CallingThread thread = CallingThread.Worker)
    {
        if (signals == SessionSignals.None)
        {
            return;
        }

        if ((signals & SessionSignals.ProbePoolLag) != 0)
        {
            Clock.ProbePoolLag();
            WorkQueue.Post(new QueuedAction(_transport.LookAtLocalNetwork));
        }

        // The scheduler asks for the next wake by itself when it has been called.
        if ((signals & SessionSignals.Wake) != 0 && thread != CallingThread.Scheduler)
        {
            FileWakeup();
        }

        if ((signals & SessionSignals.Opened) != 0)
        {
            WorkQueue.Post(new QueuedAction(() => Observer.OnOpened(this)));
            signals |= Observer.RequestWaitingProbe(this) | SessionSignals.Writable;
        }

        if ((signals & (SessionSignals.BeatReceived | SessionSignals.BeatSent)) != 0)
        {
            Observer.NoteBeats(this, signals);
        }

        if ((signals & SessionSignals.Ended) != 0)
        {
            WorkQueue.PostForeign(ForeignLane.Ends, new QueuedAction(End.Carry));
        }
        else if ((signals & SessionSignals.StateChanged) != 0)
        {
            StreamObserver.PublishState(this);
            StreamObserver.LogState(this);
        }

        if ((signals & SessionSignals.Readable) != 0)
        {
            Read.Wake();
        }

        if ((signals & SessionSignals.Writable) != 0)
        {
            KnownWrites?.Wake();
        }

        if ((signals & SessionSignals.ProbeAnswered) != 0)
        {
            Observer.CompleteProbe(this);
        }

        if ((signals & SessionSignals.PathChanged) != 0)
        {
            WorkQueue.Post(new QueuedAction(() => StreamObserver.TellOfPath(this)));
        }

        if ((signals & SessionSignals.CloseOver) != 0)
        {
            StepClose();
        }

        if ((signals & SessionSignals.Output) != 0)
        {
            Sender.Pump(thread);
        }
    }

    /// <summary>Whatever the session says goes through here before the lock is released: an end is fixed together with the state that
    /// carries it.</summary>
    public SessionSignals NoteNeedsLock(SessionSignals signals)
    {
        Debug.Assert(System.Threading.Monitor.IsEntered(Gate));
        if ((signals & SessionSignals.Ended) != 0)
        {
            End.FixNeedsLock();
        }

        return signals;
    }

    /// <summary>The handshake is through: nothing waits for it any more.</summary>
    public void DropStartNeedsLock()
    {
        Debug.Assert(System.Threading.Monitor.IsEntered(Gate));
        _start = null;
    }

    /// <summary>From here on the application's operations are refused.</summary>
    public void DisposeNeedsLock()
    {
        Debug.Assert(System.Threading.Monitor.IsEntered(Gate));
        _isDisposed = true;
    }

    /// <summary>A beat that left early, as an answer, puts the next look off.</summary>
    public void FileWakeup()
    {
        Instant wake;
        lock (Gate)
        {
            wake = NextWakeNeedsLock(Clock.Now);
            if (Clock.TryPutOff(this, wake))
            {
                return;
            }
        }

        Clock.Schedule(this, wake);
    }

    /// <summary>The same where the next look is filed already, and where it is not a later one than is due.</summary>
    /// <returns>False = nothing was changed: <see cref="FileWakeup"/>, without the lock.</returns>
    public bool TryPutOffNeedsLock(Instant now)
    {
        Debug.Assert(System.Threading.Monitor.IsEntered(Gate));
        return Clock.TryPutOff(this, NextWakeNeedsLock(now));
    }

    /// <summary>The scheduler is not needed any more.</summary>
    public void ForgetWakeup()
    {
        lock (Gate)
        {
            _isForgotten = true;
        }

        Clock.Unregister(this);
    }

    /// <summary>On the scheduler's thread: judges, and at most sends one beat on a socket.</summary>
    public override Instant OnDue(Instant now)
    {
        SessionSignals signals;
        bool closeStepIsDue;
        bool leaseIsOverdue;
        TimeSpan? repairWithin;
        bool isQuiet;
        Output output = default;
        lock (Gate)
        {
            // The wheel's own time may be some ticks old: bytes may have come since.
            now = Clock.Now;
            signals = NoteNeedsLock(_session.Tick(now, Clock.Observe(now), _transport.Witness));
            signals |= RequestNetworkProbeNeedsLock(now);
            closeStepIsDue = _closer is { } closer && closer.LastFrameIsDueNeedsLock(now);
            leaseIsOverdue = Receiver.LeaseIsOverdueNeedsLock(now);
            repairWithin = RepairWithinNeedsLock(now);
            isQuiet = _pathLooks.IsQuiet;
            if ((signals & SessionSignals.Output) != 0 && _transport.NeverBlocks && _session.HasOutput(now)
                && Sender.TryOwnNeedsLock(mayBeKeptBack: false, out Instant present))
            {
                // At once: a beat is what most looks are for.
                output = Sender.TakeOutputNeedsLock(0, CallingThread.Scheduler, present, out SessionSignals more);
                signals = (signals & ~SessionSignals.Output) | more;
            }
        }

        try
        {
            if (repairWithin is { } bound && _transport.RepairFaster(bound, isQuiet) is { } kernel)
            {
                signals |= StreamObserver.NotePath(this, kernel);
            }

            Act(signals, CallingThread.Scheduler);
        }
        finally
        {
            // Whatever becomes of the rest: who has taken output owns the sending.
            if (output.Length > 0)
            {
                LentBytes nothing = default;
                Sender.SendOwned(output, ref nothing, CallingThread.Scheduler);
                KnownWrites?.Wake();
            }
        }

        if (closeStepIsDue)
        {
            StepClose();
        }

        if (leaseIsOverdue)
        {
            WorkQueue.Post(new QueuedAction(Receiver.Resume));
        }

        lock (Gate)
        {
            return NextWakeNeedsLock(now);
        }
    }

    public override void OnNetworkChanged(Instant from)
    {
        lock (Gate)
        {
            TimeSpan interval = _session.Machine?.Timing.ReceiveInterval ?? TimeSpan.MaxValue;
            if (_isDisposed || _session.HasEnded || !_networkProbe.TryPlan(from, interval))
            {
                return;
            }
        }

        FileWakeup();
    }

    /// <summary>Whoever closes looks again.</summary>
    public void StepClose() => Volatile.Read(ref _closer)?.Step();

    ConnectionSnapshot IMonitoredConnection.GetSnapshot() => StreamObserver.GetSnapshot(this);

    ValueTask<TimeSpan> IMonitoredConnection.ProbeAsync(CancellationToken cancellationToken) =>
        Observer.ProbeAsync(this, cancellationToken);

    private WriteQueue MakeWrites()
    {
        WriteQueue writes = new(this);
        return Interlocked.CompareExchange(ref _writes, writes, null) ?? writes;
    }

    private InBandEnd MakeEnd()
    {
        lock (Gate)
        {
            return _end ??= new InBandEnd(this);
        }
    }

    /// <returns>Null = no look is due.</returns>
    private TimeSpan? RepairWithinNeedsLock(Instant now)
    {
        Debug.Assert(System.Threading.Monitor.IsEntered(Gate));
        if (!_session.IsOpen || _session.HasEnded)
        {
            return null;
        }

        TimeSpan bound = _session.Bound;
        return _pathLooks.TryBegin(now, bound, _session.Counts.Sent) ? bound : null;
    }

    private SessionSignals RequestNetworkProbeNeedsLock(Instant now)
    {
        Debug.Assert(System.Threading.Monitor.IsEntered(Gate));
        return _networkProbe.TryTake(now) && !_session.HasEnded && !_isDisposed ? _session.RequestProbe(now) : SessionSignals.None;
    }

    /// <param name="now">The present, or a moment before: what falls due in between is due already.</param>
    private Instant NextWakeNeedsLock(Instant now)
    {
        Debug.Assert(System.Threading.Monitor.IsEntered(Gate));
        Instant wake = Instant.Min(_networkProbe.DueAt, _session.NextWake(now, Clock.Observe(now)));
        wake = Instant.Min(wake, Receiver.LeaseDueNeedsLock);
        return _closer is { } closer ? Instant.Min(wake, closer.NextLookNeedsLock(now)) : wake;
    }
}
