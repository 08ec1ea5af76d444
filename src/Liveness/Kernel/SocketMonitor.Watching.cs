using Microsoft.Extensions.Logging;

namespace Liveness;

/// <content>Looking, again and again, and acting on what is seen.</content>
public sealed partial class SocketMonitor
{
    /// <summary>How closely the scheduler watches our own pauses for this: they decide nothing here.</summary>
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(100);

    /// <summary>The looks at many sockets share wake-ups.</summary>
    private static readonly TimeSpan s_together = TimeSpan.FromMilliseconds(50);

    private WatchStep _pendingSteps;
    private bool _isWithPool;
    private bool _hasEnded;

    /// <summary>Sockets that were connected at once are not all looked at in the same moment for ever.</summary>
    internal void Begin()
    {
        if (KeepAlive is { IsComplete: false } incomplete)
        {
            KernelLog.KeepAliveIncomplete(_logger, incomplete);
        }

        _scheduler.Register(_wakeup, s_tick);
        _scheduler.Schedule(_wakeup, _scheduler.Now + (SocketWatch.QuietInterval * Random.Shared.NextDouble()));
    }

    /// <summary>On the scheduler's thread: one system call, unless something has happened.</summary>
    private Instant OnDue()
    {
        lock (_gate)
        {
            if (_hasEnded || _isWithPool)
            {
                return Instant.Never;
            }
        }

        if (!_socket.IsConnected || _socket.Read(out TcpInfoSnapshot info) != SocketReading.Taken)
        {
            return GoToPool(WatchStep.None);
        }

        WatchStep step = Look(info);
        return (step & ~WatchStep.Changed) == WatchStep.None ? NextLook() : GoToPool(step);
    }

    private Instant GoToPool(WatchStep step)
    {
        lock (_gate)
        {
            _pendingSteps = step;
            _isWithPool = true;
        }

        _scheduler.WorkQueue.Post(_wakeup);
        return Instant.Never;
    }

    /// <summary>On the work queue: whatever may take longer than a system call.</summary>
    private void ActOnPool()
    {
        WatchStep step;
        lock (_gate)
        {
            step = _pendingSteps;
        }

        if (step == WatchStep.None)
        {
            step = _socket.Read(out TcpInfoSnapshot info) switch
            {
                SocketReading.Taken => Look(info),
                SocketReading.Gone => WatchStep.Closed,
                _ => WatchStep.Unseen,
            };
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

        lock (_gate)
        {
            _isWithPool = false;
        }

        _scheduler.Schedule(_wakeup, NextLook());
    }

    private void Judge(bool died)
    {
        WatchFacts facts = _socket.Gather(_inForce);
        LossObservation? loss;
        lock (_gate)
        {
            Instant now = _scheduler.Now;
            loss = died ? _watch.Judge(now, facts) : _watch.JudgeNetwork(now, facts);
        }

        if (died || loss is not null)
        {
            End(loss);
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

    private WatchStep Look(in TcpInfoSnapshot info)
    {
        WatchStep step;
        lock (_gate)
        {
            step = _watch.Look(info, _scheduler.Now, _inForce);
            if ((step & WatchStep.Changed) != 0)
            {
                Monitor.Update(_watch.State, _watch.Conditions);
            }
        }

        if ((step & WatchStep.Changed) != 0)
        {
            _stateLog.NoteChange();
        }

        return step;
    }

    private Instant NextLook()
    {
        lock (_gate)
        {
            return _hasEnded ? Instant.Never : Instant.Min(_watch.NextLook.RoundDown(s_together), _watch.DueAt);
        }
    }

    /// <summary>The local network has changed: all hear of it at once, so each draws its time.</summary>
    private void LookSoon(Instant from) => _scheduler.Schedule(_wakeup, from + (SocketWatch.AttentiveInterval * Random.Shared.NextDouble()));

    private void End(LossObservation? loss)
    {
        lock (_gate)
        {
            _hasEnded = true;
        }

        _scheduler.Unregister(_wakeup);
        if (loss is null)
        {
            Monitor.TryClose(null);
        }
        else
        {
            Monitor.TryLose(LossFactory.Create(loss, _timeProvider.GetUtcNow()), null);
        }
    }

    private ConnectionSnapshot GetSnapshot()
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

    /// <summary>What the wheel and the pool call.</summary>
    private sealed class Wakeup(SocketMonitor monitor) : SchedulerEntry, IThreadPoolWorkItem
    {
        public override ILogger Logger => monitor._logger;

        public override Instant OnDue(Instant now) => monitor.OnDue();

        public override void OnNetworkChanged(Instant from) => monitor.LookSoon(from);

        public void Execute() => monitor.ActOnPool();
    }

    private sealed class Monitored(SocketMonitor monitor) : IMonitoredConnection
    {
        public bool CanProbe => false;

        public string? Remote => RemoteName.Text(monitor._remote);

        public ConnectionSnapshot GetSnapshot() => monitor.GetSnapshot();

        public ValueTask<TimeSpan> ProbeAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
