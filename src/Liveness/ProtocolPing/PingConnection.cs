using System.Net;
using Liveness.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Liveness.ProtocolPing;

/// <summary>
/// The connection behind a <see cref="ProtocolHeartbeat"/>: its lock, its wake-ups, and what the machine's words lead to.
/// </summary>
/// <remarks>
/// Every change is made under the lock and gives signals; <see cref="Act"/> carries them out after it. On the scheduler's thread only
/// <see cref="OnDue"/> runs: everything else that a look leads to is posted.
/// </remarks>
internal sealed class PingConnection : SchedulerEntry, IMonitoredConnection, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly LivenessScheduler _scheduler;
    private readonly GuardedLogger _logger;
    private readonly Action _lookAtLocalNetwork;
    private readonly EndPoint? _remote;
    private readonly PingCall _ping;
    private readonly StateLog _stateLog;
    private readonly ReceiveStamp _received;
    private readonly CancellationTokenSource _ended = new();

    /// <summary>All of it under the lock, but for what it says otherwise.</summary>
    private readonly PingSession _session;

    public PingConnection(
        Func<CancellationToken, ValueTask> sendProbe,
        ProtocolHeartbeatOptions options,
        ITransportWitness? witness,
        Action? lookAtLocalNetwork,
        ulong? seed,
        EndPoint? remote)
    {
        _remote = remote;
        PingRate rate = PingRate.Derive(options.DetectWithin, options.PingInterval);
        _scheduler = LivenessScheduler.For(options.TimeProvider);
        _logger = _scheduler.Guard(options.Logger);
        _lookAtLocalNetwork = lookAtLocalNetwork ?? (static () => { });
        Instant now = _scheduler.Now;
        _received = new ReceiveStamp(now);
        PingMachine machine = new(rate, seed ?? (ulong)Random.Shared.NextInt64(), now);
        _ping = new PingCall(this, sendProbe);
        _stateLog = new StateLog(_logger, _scheduler.WorkQueue, () => Monitor!);
        ConnectionMetrics metrics = ConnectionMetrics.For(
            options.MeterFactory, options.Name, ConnectionMode.ProtocolPing, _scheduler.TimeProvider);
        Monitor = new ConnectionMonitor(this, _logger, metrics);
        Monitor.Update(LivenessState.Alive, ConnectionConditions.None);
        _session = new PingSession(_gate, machine, _received, Monitor, _scheduler, witness ?? NullTransportWitness.Instance);
        _scheduler.Register(this, rate.Tick);
        FileWakeup();
    }

    public ConnectionMonitor Monitor { get; }

    /// <summary>Cancelled at the end: for what is being sent then.</summary>
    public CancellationToken Ended => _ended.Token;

    public override ILogger Logger => _logger;

    public bool CanProbe => true;

    public TimeProvider Clock => _scheduler.TimeProvider;

    public WorkQueue WorkQueue => _scheduler.WorkQueue;

    public string? Remote => RemoteName.Text(_remote);

    /// <summary>Any thread, no lock, unless the next byte is waited for.</summary>
    public void OnReceived(long count)
    {
        Instant now = _scheduler.Now;
        _received.Set(now, count);

        // The stamp is set: either this sees that it is awaited, or whoever awaits it sees the stamp.
        if (_session.AwaitsByte)
        {
            OnAwaitedByte(now);
        }
    }

    public void Close()
    {
        lock (_gate)
        {
            if (_session.HasEnded)
            {
                return;
            }

            _session.CloseNeedsLock();
        }

        End();
    }

    public void Fail(Exception exception)
    {
        lock (_gate)
        {
            if (_session.HasEnded)
            {
                return;
            }

            _session.FailNeedsLock(exception);
        }

        End();
    }

    public void Change(PingRate rate)
    {
        PingSignals signals;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_session.IsDisposed, typeof(ProtocolHeartbeat));
            if (_session.HasEnded)
            {
                return;
            }

            signals = _session.ChangeNeedsLock(rate);
            _scheduler.Register(this, rate.Tick);
        }

        Act(signals);
        FileWakeup();
    }

    /// <summary>No handler is started after it; one that runs is waited for, unless it is the caller.</summary>
    public ValueTask DisposeAsync()
    {
        bool isInsideHandler = Monitor.IsInsideHandler;
        lock (_gate)
        {
            _session.DisposeNeedsLock();
        }

        End();
        return Monitor.DrainAsync(isInsideHandler, MonitorDefaults.HandlerPatience, _scheduler.TimeProvider);
    }

    /// <returns>False = nobody is to be asked any more.</returns>
    public bool BeginPing()
    {
        PingSignals signals;
        lock (_gate)
        {
            if (_session.HasEnded)
            {
                return false;
            }

            signals = _session.BeginPingNeedsLock();
        }

        Act(signals);
        FileWakeup();
        return true;
    }

    /// <summary>The application has returned.</summary>
    /// <param name="failure">Null = the ping is written.</param>
    public void EndPing(Exception? failure)
    {
        PingSignals signals;
        TimeSpan? answered;
        lock (_gate)
        {
            if (_session.HasEnded)
            {
                return;
            }

            answered = _session.EndPingNeedsLock(failure);
            signals = _session.LookNeedsLock();
        }

        Measure(answered, sent: failure is null);
        if (failure is not null)
        {
            ProtocolPingLog.PingFailed(_logger, failure, Monitor.Label);
        }

        Act(signals);
        FileWakeup();
    }

    public ConnectionSnapshot GetSnapshot()
    {
        BoundAdvice? advice = Monitor.Metrics?.Advice;
        lock (_gate)
        {
            return _session.SnapshotNeedsLock(advice);
        }
    }

    public ValueTask<TimeSpan> ProbeAsync(CancellationToken cancellationToken)
    {
        Task<TimeSpan> answer;
        PingSignals signals;
        lock (_gate)
        {
            if (_session.HasEnded)
            {
                return ValueTask.FromException<TimeSpan>(_session.EndAsException());
            }

            (answer, signals) = _session.JoinProbeNeedsLock();
        }

        Act(signals);
        FileWakeup();
        return new ValueTask<TimeSpan>(answer.WaitAsync(cancellationToken));
    }

    /// <summary>On the scheduler's thread: judges. Everything else happens on the work queue.</summary>
    public override Instant OnDue(Instant now)
    {
        PingSignals signals;
        Instant wake;
        lock (_gate)
        {
            signals = _session.LookNeedsLock();
            wake = _session.NextWakeNeedsLock();
        }

        Act(signals);
        return wake;
    }

    public override void OnNetworkChanged(Instant from)
    {
        lock (_gate)
        {
            if (!_session.TryPlanNetworkProbeNeedsLock(from))
            {
                return;
            }
        }

        FileWakeup();
    }

    private void OnAwaitedByte(Instant at)
    {
        PingSignals signals;
        lock (_gate)
        {
            if (_session.HasEnded)
            {
                return;
            }

            signals = _session.OnAwaitedByteNeedsLock(at);
        }

        Act(signals);
        FileWakeup();
    }

    private void FileWakeup()
    {
        Instant wake;
        lock (_gate)
        {
            wake = _session.NextWakeNeedsLock();
        }

        _scheduler.Schedule(this, wake);
    }

    /// <summary>Under no lock.</summary>
    private void Act(PingSignals signals)
    {
        if ((signals & PingSignals.LookAtOurselves) != 0)
        {
            _scheduler.ProbePoolLag();
            _scheduler.WorkQueue.Post(new WorkItem(_lookAtLocalNetwork));
        }

        if ((signals & PingSignals.Ping) != 0)
        {
            _scheduler.WorkQueue.PostForeign(ForeignLane.Calls, _ping);
        }

        if ((signals & PingSignals.StateChanged) != 0)
        {
            _stateLog.NoteChange();
        }

        if ((signals & PingSignals.Answered) != 0)
        {
            CompleteProbe();
        }

        if ((signals & PingSignals.Ended) != 0)
        {
            _scheduler.WorkQueue.PostForeign(ForeignLane.Ends, new WorkItem(End));
        }
    }

    /// <summary>Publishes the end that was found under the lock. Any number of times, on any thread but the scheduler's.</summary>
    private void End()
    {
        _scheduler.Unregister(this);
        bool ended = _session.Loss is { } loss ? Monitor.TryLose(loss, FailProbe) : Monitor.TryClose(FailProbe);
        if (ended)
        {
            _scheduler.WorkQueue.PostForeign(ForeignLane.Calls, new WorkItem(CancelPing));
        }
    }

    private void CancelPing()
    {
        try
        {
            _ended.Cancel();
        }
        catch (AggregateException failure)
        {
            // A callback that sendProbe has registered.
            ForeignCodeLog.HandlerThrew(_logger, failure, "sendProbe's token", Monitor.Label);
        }
    }

    private void CompleteProbe()
    {
        TaskCompletionSource<TimeSpan>? waiting;
        TimeSpan answer;
        lock (_gate)
        {
            (waiting, answer) = _session.TakeProbeNeedsLock();
        }

        waiting?.TrySetResult(answer);
    }

    private void FailProbe()
    {
        TaskCompletionSource<TimeSpan>? waiting;
        lock (_gate)
        {
            (waiting, _) = _session.TakeProbeNeedsLock();
        }

        ProbeWaiters.Fail(waiting, _session.EndAsException());
    }

    private void Measure(TimeSpan? answered, bool sent)
    {
        if (answered is { } roundTrip)
        {
            Monitor.Metrics?.RoundTrip(roundTrip);
        }

        if (sent)
        {
            Monitor.Metrics?.Probes(1);
        }
    }

    private sealed class WorkItem(Action run) : IThreadPoolWorkItem
    {
        public void Execute() => run();
    }
}
