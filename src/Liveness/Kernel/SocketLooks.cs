using System.Net;
using Liveness.Diagnostics;
using Liveness.KeepAlive;
using Microsoft.Extensions.Logging;

namespace Liveness.Kernel;

/// <summary>The connection behind a <see cref="SocketWatcher"/>: looks, again and again, and acts on what is seen.</summary>
/// <remarks>
/// The wheel calls <see cref="OnDue"/>, which makes one system call; whatever may take longer is done by the work queue, and the wheel
/// leaves the connection alone until that has come to an end. So there is one look of its own at a time.
/// </remarks>
internal sealed class SocketLooks : SchedulerEntry, IThreadPoolWorkItem, IMonitoredConnection
{
    /// <summary>How closely the scheduler watches our own pauses for this: they decide nothing here.</summary>
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(100);

    /// <summary>The looks at many sockets share wake-ups.</summary>
    private static readonly TimeSpan s_together = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();

    /// <summary>From the question to what becomes of its answer, which behind a newer one would undo it. Taken before the other lock, and
    /// held over one system call that waits for nothing.</summary>
    private readonly Lock _looking = new();
    private readonly IWatchedSocket _socket;
    private readonly LivenessScheduler _scheduler;
    private readonly GuardedLogger _logger;
    private readonly EndPoint? _remote;
    private readonly StateLog _stateLog;

    /// <summary>All its members under the lock.</summary>
    private readonly SocketWatch _watch;

    /// <summary>Set by whoever changes the socket's keepalive, read by whoever looks: any thread, no lock.</summary>
    private volatile TcpKeepAliveSettings _inForce;

    /// <summary>Under the lock: what the look found that the work queue is to deal with.</summary>
    private WatchStep _pendingSteps;

    /// <summary>Under the lock.</summary>
    private bool _isWithPool;

    /// <summary>Under the lock; for good.</summary>
    private bool _hasEnded;

    public SocketLooks(
        IWatchedSocket socket,
        in TcpInfoSnapshot first,
        TcpKeepAliveSettings inForce,
        LivenessScheduler scheduler,
        ILogger? logger,
        ConnectionMetrics? metrics,
        EndPoint? remote)
    {
        _remote = remote;
        _socket = socket;
        _inForce = inForce;
        _scheduler = scheduler;
        _logger = scheduler.Guard(logger);
        _watch = new SocketWatch(first, scheduler.Now, inForce.Detection.ClosedWindow);
        _stateLog = new StateLog(_logger, scheduler.WorkQueue, () => Monitor!);
        Monitor = new ConnectionMonitor(this, _logger, metrics);
        Monitor.Update(_watch.State, _watch.Conditions);
    }

    public ConnectionMonitor Monitor { get; }

    /// <summary>Guarded.</summary>
    public TimeProvider TimeProvider => _scheduler.TimeProvider;

    public override ILogger Logger => _logger;

    public bool CanProbe => false;

    public TimeProvider Clock => TimeProvider;

    public WorkQueue WorkQueue => _scheduler.WorkQueue;

    public string? Remote => RemoteName.Text(_remote);

    public ValueTask<TimeSpan> ProbeAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Somebody has set the socket's keepalive anew.</summary>
    public void NoteKeepAlive(TcpKeepAliveSettings inForce) => _inForce = inForce;

    /// <summary>
    /// The application has met an end by a call of its own, or ends the watching: if the kernel has given the connection up, that is judged
    /// before this returns. On the application's thread, beside a look that may be under way: whoever is first tells.
    /// </summary>
    public void LookNow()
    {
        lock (_gate)
        {
            if (_hasEnded)
            {
                return;
            }
        }

        SocketReading reading = Look(out WatchStep step);
        if ((step & WatchStep.Died) != 0)
        {
            Judge(died: true);
        }
        else if (reading == SocketReading.Gone && JudgeGone() is { } loss)
        {
            End(loss);
        }
    }

    /// <summary>Sockets that were connected at once are not all looked at in the same moment for ever.</summary>
    /// <param name="keepAlive">What became of it; null = it was left alone.</param>
    public void Begin(TcpKeepAliveResult? keepAlive)
    {
        if (keepAlive is { IsComplete: false })
        {
            KernelLog.KeepAliveIncomplete(_logger, keepAlive, Monitor.Label);
        }

        _scheduler.Register(this, s_tick);
        _scheduler.Schedule(this, _scheduler.Now + (SocketWatch.QuietInterval * Random.Shared.NextDouble()));
    }

    /// <summary>On the scheduler's thread: one system call, unless something has happened.</summary>
    public override Instant OnDue(Instant now)
    {
        lock (_gate)
        {
            if (_hasEnded || _isWithPool)
            {
                return Instant.Never;
            }
        }

        if (!_socket.IsConnected || Look(out WatchStep step) != SocketReading.Taken)
        {
            return GoToPool(WatchStep.None);
        }

        return (step & ~WatchStep.Changed) == WatchStep.None ? NextLook() : GoToPool(step);
    }

    private Instant GoToPool(WatchStep step)
    {
        lock (_gate)
        {
            _pendingSteps = step;
            _isWithPool = true;
        }

        _scheduler.WorkQueue.PostForeign(ForeignLane.Looks, this);
        return Instant.Never;
    }

    /// <summary>In the lane of looks: whatever may take longer than a system call.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        try
        {
            Carry();
        }
        finally
        {
            lock (_gate)
            {
                _isWithPool = false;
            }

            _scheduler.Schedule(this, NextLook());
        }
    }

    private void Carry()
    {
        WatchStep step;
        lock (_gate)
        {
            step = _pendingSteps;
        }

        if (step == WatchStep.None)
        {
            SocketReading reading = Look(out step);
            if (reading == SocketReading.Gone)
            {
                End(JudgeGone());
                return;
            }

            step = reading == SocketReading.Taken ? step : WatchStep.Unseen;
        }

        if ((step & WatchStep.Closed) != 0)
        {
            End(null);
        }
        else if (step == WatchStep.Unseen)
        {
            JudgeUnseen();
        }
        else if ((step & (WatchStep.Died | WatchStep.CheckNetwork)) != 0)
        {
            Judge((step & WatchStep.Died) != 0);
        }
    }

    private void Judge(bool died)
    {
        WatchFacts facts = _socket.Gather(_inForce);
        LossObservation? loss;
        lock (_gate)
        {
            Instant now = _scheduler.Now;
            loss = !died ? _watch.JudgeNetwork(now, facts)
                : facts.HandleIsClosed ? _watch.JudgeGone(now, facts)
                : _watch.Judge(now, facts);
        }

        if (died || loss is not null)
        {
            End(loss);
        }
    }

    private LossObservation? JudgeGone()
    {
        // A socket that is just being closed may answer some questions and not others.
        WatchFacts facts = _socket.Gather(_inForce) with { InForce = _inForce };
        lock (_gate)
        {
            return _watch.JudgeGone(_scheduler.Now, facts);
        }
    }

    private void JudgeUnseen()
    {
        WatchFacts facts = _socket.Gather(_inForce);
        LossObservation? loss;
        bool isOver;
        lock (_gate)
        {
            isOver = _watch.JudgeUnseen(_scheduler.Now, facts, out loss);
        }

        if (isOver)
        {
            End(loss);
        }
    }

    /// <param name="step">None unless the kernel has told something.</param>
    private SocketReading Look(out WatchStep step)
    {
        SocketReading reading;
        step = WatchStep.None;
        lock (_looking)
        {
            reading = _socket.Read(out TcpInfoSnapshot info);
            if (reading == SocketReading.Taken)
            {
                lock (_gate)
                {
                    step = _watch.Look(info, _scheduler.Now, _inForce);
                    if ((step & WatchStep.Changed) != 0)
                    {
                        Monitor.Update(_watch.State, _watch.Conditions);
                    }
                }
            }
        }

        if ((step & WatchStep.Changed) != 0)
        {
            _stateLog.NoteChange();
        }

        return reading;
    }

    private Instant NextLook()
    {
        lock (_gate)
        {
            return _hasEnded ? Instant.Never : Instant.Min(_watch.NextLook.RoundDown(s_together), _watch.DueAt);
        }
    }

    /// <summary>The local network has changed: all hear of it at once, so each draws its time.</summary>
    public override void OnNetworkChanged(Instant from) =>
        _scheduler.Schedule(this, from + (SocketWatch.AttentiveInterval * Random.Shared.NextDouble()));

    /// <summary>Any number of times, on any thread but the scheduler's.</summary>
    /// <param name="loss">Null = a close.</param>
    public void End(LossObservation? loss)
    {
        lock (_gate)
        {
            _hasEnded = true;
        }

        _scheduler.Unregister(this);
        if (loss is null)
        {
            Monitor.TryClose(null);
        }
        else
        {
            Monitor.TryLose(LossFactory.Create(loss, TimeProvider.GetUtcNow()), null);
        }
    }

    public ConnectionSnapshot GetSnapshot()
    {
        lock (_gate)
        {
            TcpInfoSnapshot kernel = _watch.Last;
            return new ConnectionSnapshot
            {
                State = Monitor.State,
                Conditions = Monitor.Conditions,
                Bound = _watch.Bound(_inForce),
                Silence = _watch.Silence(_scheduler.Now),
                RoundTrip = kernel.RoundTrip,
                MinRoundTrip = kernel.MinRoundTrip,
                BytesSent = kernel.BytesSent - (kernel.BytesRetransmitted ?? 0),
                BytesReceived = kernel.BytesReceived,
            };
        }
    }
}
