using Microsoft.Extensions.Logging;

namespace Liveness;

/// <content>Wake-ups, what was received, and acting on what the machine says.</content>
public sealed partial class ProtocolHeartbeat
{
    private Instant _networkProbeDue = Instant.Never;
    private Instant _networkChangedAt;

    /// <summary>On the scheduler's thread: judges. Everything else happens on the work queue.</summary>
    private Instant OnDue()
    {
        PingSignals signals;
        Instant wake;
        lock (_gate)
        {
            signals = LookNeedsLock();
            wake = NextWakeNeedsLock();
        }

        Act(signals);
        return wake;
    }

    private PingSignals LookNeedsLock()
    {
        if (_hasEnded)
        {
            return PingSignals.None;
        }

        PullStampNeedsLock();
        Instant now = _scheduler.Now;
        LocalHealth health = _scheduler.Observe(now);
        Judgement judgement = _machine.Tick(now, health, _witness);
        if (judgement.Loss is { } kind)
        {
            LoseNeedsLock(kind, now, health, judgement.Witness, _machine.LossError);
            return PingSignals.Ended;
        }

        if (_machine.HasClosed)
        {
            _hasEnded = true;
            return PingSignals.Ended;
        }

        RequestNetworkProbeNeedsLock(now);
        PingSignals signals = SettleNeedsLock(now);
        return judgement.ProbePoolLag ? signals | PingSignals.LookAtOurselves : signals;
    }

    /// <summary>
    /// After anything that the machine was told: takes a ping that is due, publishes the state, and sees to it that the next byte is
    /// noticed.
    /// </summary>
    private PingSignals SettleNeedsLock(Instant now)
    {
        PingSignals signals = PingSignals.None;
        if (_machine.CanPing)
        {
            _machine.TakePing(now);
            signals |= PingSignals.Ping;
        }

        bool awaits = _machine.AwaitsByte;
        if (awaits != _awaitsByte)
        {
            Volatile.Write(ref _awaitsByte, awaits);
            Interlocked.MemoryBarrier();
            PullStampNeedsLock();
        }

        // Under the lock, so that a newer state is never overwritten by an older one.
        if ((_machine.State, _machine.Conditions) != (Monitor.State, Monitor.Conditions))
        {
            Monitor.Update(_machine.State, _machine.Conditions);
            signals |= PingSignals.StateChanged;
        }

        return _machine.TakeAnswer() is { } roundTrip && NoteAnswerNeedsLock(roundTrip) ? signals | PingSignals.Answered : signals;
    }

    private void OnAwaitedByte(Instant at)
    {
        PingSignals signals;
        lock (_gate)
        {
            if (_hasEnded)
            {
                return;
            }

            _machine.OnReceived(at);
            signals = SettleNeedsLock(_scheduler.Now);
        }

        Act(signals);
        FileWakeup();
    }

    /// <summary>Any thread, no lock: the newest wins.</summary>
    private void Stamp(long ticks)
    {
        long seen = Volatile.Read(ref _lastReceived);
        while (seen < ticks)
        {
            long before = Interlocked.CompareExchange(ref _lastReceived, ticks, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }

    private void PullStampNeedsLock()
    {
        Instant stamp = new(Volatile.Read(ref _lastReceived));
        if (stamp > _machine.LastReceived)
        {
            _machine.OnReceived(stamp);
        }
    }

    private void LoseNeedsLock(LossKind kind, Instant now, in LocalHealth health, WitnessReading? witness, Exception? error)
    {
        _hasEnded = true;
        LossObservation observation = _machine.Observe(kind, now, health, Interlocked.Read(ref _bytesReceived), witness, error);
        _loss = LossFactory.Create(observation, _timeProvider.GetUtcNow());
    }

    private Instant NextWakeNeedsLock()
    {
        if (_hasEnded)
        {
            return Instant.Never;
        }

        Instant now = _scheduler.Now;
        return Instant.Min(_networkProbeDue, _machine.NextWake(now, _scheduler.Observe(now)));
    }

    private void FileWakeup()
    {
        Instant wake;
        lock (_gate)
        {
            wake = NextWakeNeedsLock();
        }

        _scheduler.Schedule(_wakeup, wake);
    }

    /// <summary>An old path may be gone, a new one there. All connections hear of it at once, so each draws its time.</summary>
    private void OnNetworkChanged(Instant from)
    {
        lock (_gate)
        {
            bool isCovered = _networkProbeDue != Instant.Never && _networkProbeDue >= from;
            TimeSpan interval = _machine.Timing.ReceiveInterval;
            if (interval == TimeSpan.MaxValue || _hasEnded || isCovered)
            {
                return;
            }

            _networkChangedAt = from;
            _networkProbeDue = from + (interval / 2 * Random.Shared.NextDouble());
        }

        FileWakeup();
    }

    /// <summary>Who has heard the peer since needs not ask.</summary>
    private void RequestNetworkProbeNeedsLock(Instant now)
    {
        if (now >= _networkProbeDue)
        {
            _networkProbeDue = Instant.Never;
            if (_machine.LastReceived < _networkChangedAt)
            {
                _machine.RequestPing();
            }
        }
    }

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
            _scheduler.WorkQueue.Post(new WorkItem(End));
        }
    }

    /// <summary>Publishes the end that was found under the lock. Any number of times, on any thread but the scheduler's.</summary>
    private void End()
    {
        _scheduler.Unregister(_wakeup);
        bool ended = _loss is { } loss ? Monitor.TryLose(loss, FailProbe) : Monitor.TryClose(FailProbe);
        if (ended)
        {
            _scheduler.WorkQueue.PostForeign(ForeignLane.Calls, new WorkItem(CancelPing));
        }
    }

    private ConnectionSnapshot GetSnapshot()
    {
        lock (_gate)
        {
            PullStampNeedsLock();
            Instant now = _scheduler.Now;
            return _machine.Snapshot(new MonitorState(Monitor.State, Monitor.Conditions), now, _scheduler.Observe(now), Interlocked.Read(ref _bytesReceived));
        }
    }

    private sealed class Wakeup(ProtocolHeartbeat heartbeat) : SchedulerEntry
    {
        public override ILogger Logger => heartbeat._logger;

        public override Instant OnDue(Instant now) => heartbeat.OnDue();

        public override void OnNetworkChanged(Instant from) => heartbeat.OnNetworkChanged(from);
    }

    private sealed class WorkItem(Action run) : IThreadPoolWorkItem
    {
        public void Execute() => run();
    }

    private sealed class Monitored(ProtocolHeartbeat heartbeat) : IMonitoredConnection
    {
        public bool CanProbe => true;

        public string? Remote => RemoteName.Text(heartbeat._remote);

        public ConnectionSnapshot GetSnapshot() => heartbeat.GetSnapshot();

        public ValueTask<TimeSpan> ProbeAsync(CancellationToken cancellationToken) => heartbeat.ProbeAsync(cancellationToken);
    }
}
