using Microsoft.Extensions.Logging;

namespace Liveness;

/// <content>The engine: read loop, wake-ups, and acting on what the session says.</content>
public sealed partial class HeartbeatStream
{
    private bool _isStarted;
    private bool _wakeupIsForgotten;
    private PathLooks _pathLooks;

    /// <summary>When to probe because the local network has changed.</summary>
    private Instant _networkProbeDue = Instant.Never;

    private void EnsureStarted()
    {
        if (Volatile.Read(ref _isStarted))
        {
            return;
        }

        SessionSignals signals;
        lock (_gate)
        {
            if (_session.IsStarted || _disposed)
            {
                return;
            }

            _scheduler.Register(_wakeup, _tick);
            _readLoopEnded = _transport.LeavesOpen ? new TaskCompletionSource() : null;
            signals = _session.Start(_scheduler.Now);
            _isStarted = true;
        }

        ForgetNeverStarted();
        Monitor.Begin();

        // Reading starts before HELLO is written, and never waits for the writer.
        _workQueue.Post(new WorkItem(ResumeReceiving));
        Act(signals);
    }

    private void ForgetWakeup()
    {
        lock (_gate)
        {
            _wakeupIsForgotten = true;
        }

        _scheduler.Unregister(_wakeup);
    }

    /// <summary>On the scheduler's thread: judges, and at most sends one beat on a socket.</summary>
    private Instant OnDue()
    {
        SessionSignals signals;
        bool closeStepIsDue;
        bool leaseIsOverdue;
        TimeSpan? repairWithin;
        bool isQuiet;
        lock (_gate)
        {
            Instant now = _scheduler.Now;
            signals = Note(_session.Tick(now, _scheduler.Observe(now), _transport.Witness));
            signals |= RequestNetworkProbeNeedsLock(now);
            closeStepIsDue = now >= _lastFrameDue;
            leaseIsOverdue = LeaseIsOverdueNeedsLock(now);
            repairWithin = RepairWithinNeedsLock(now);
            isQuiet = _pathLooks.IsQuiet;
        }

        if (repairWithin is { } bound && _transport.RepairFaster(bound, isQuiet) is { } kernel)
        {
            signals |= NotePath(kernel);
        }

        Act(signals, onSchedulerThread: true);
        if (closeStepIsDue)
        {
            _closeStep?.Set();
        }

        if (leaseIsOverdue)
        {
            _workQueue.Post(new WorkItem(ResumeReceiving));
        }

        return NextWake();
    }

    /// <returns>Null = no look is due.</returns>
    private TimeSpan? RepairWithinNeedsLock(Instant now)
    {
        if (!_session.IsOpen || _session.HasEnded)
        {
            return null;
        }

        TimeSpan bound = _session.Bound;
        return _pathLooks.TryBegin(now, bound, _session.Counts.Sent) ? bound : null;
    }

    /// <summary>
    /// An old path may be gone, a new one there: the peer's answer says so sooner than the next missed beats. All connections hear of it at
    /// once, so each draws its time.
    /// </summary>
    private void OnNetworkChanged(Instant from)
    {
        lock (_gate)
        {
            TimeSpan interval = _session.Machine?.Timing.ReceiveInterval ?? TimeSpan.MaxValue;
            bool isCovered = _networkProbeDue != Instant.Never && _networkProbeDue >= from;
            if (interval == TimeSpan.MaxValue || _disposed || _session.HasEnded || isCovered)
            {
                return;
            }

            _networkProbeDue = from + (interval / 2 * Random.Shared.NextDouble());
        }

        FileWakeup();
    }

    private SessionSignals RequestNetworkProbeNeedsLock(Instant now)
    {
        if (now < _networkProbeDue)
        {
            return SessionSignals.None;
        }

        _networkProbeDue = Instant.Never;
        return _session.HasEnded || _disposed ? SessionSignals.None : _session.RequestProbe(now);
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
        Instant now = _scheduler.Now;
        Instant lastFrameDue = now < _lastFrameDue ? _lastFrameDue : Instant.Never;
        return Instant.Min(Instant.Min(lastFrameDue, Instant.Min(_leaseDue, _networkProbeDue)), _session.NextWake(now, _scheduler.Observe(now)));
    }

    /// <summary>Under the lock: fixes the terminal fact together with the state that carries it.</summary>
    private SessionSignals Note(SessionSignals signals)
    {
        if ((signals & SessionSignals.Ended) != 0 && _session.Loss is { } observation)
        {
            _loss = LossFactory.Create(observation, _timeProvider.GetUtcNow());
        }

        return signals;
    }

    /// <summary>Outside the lock: does what the session asked for.</summary>
    private void Act(SessionSignals signals, bool onSchedulerThread = false)
    {
        if (signals == SessionSignals.None)
        {
            return;
        }

        if ((signals & SessionSignals.ProbePoolLag) != 0)
        {
            _scheduler.ProbePoolLag();
            _workQueue.Post(new WorkItem(_transport.LookAtLocalNetwork));
        }

        if ((signals & SessionSignals.Wake) != 0 && !onSchedulerThread)
        {
            FileWakeup();
        }

        if ((signals & SessionSignals.Opened) != 0 && _session.IsOpen)
        {
            _workQueue.Post(new WorkItem(OnOpened));
            signals |= RequestWaitingProbe() | SessionSignals.Writable;
        }

        if ((signals & (SessionSignals.BeatReceived | SessionSignals.BeatSent)) != 0)
        {
            NoteBeats(signals);
        }

        if ((signals & SessionSignals.Ended) != 0)
        {
            _workQueue.Post(new WorkItem(End));
        }
        else if ((signals & SessionSignals.StateChanged) != 0)
        {
            PublishState();
            LogState();
        }

        if ((signals & SessionSignals.Readable) != 0)
        {
            WakeReader();
        }

        if ((signals & SessionSignals.Writable) != 0)
        {
            _writable?.Set();
        }

        if ((signals & SessionSignals.ProbeAnswered) != 0)
        {
            CompleteProbe();
        }

        if ((signals & SessionSignals.PathChanged) != 0)
        {
            _workQueue.Post(new WorkItem(TellOfPath));
        }

        if ((signals & SessionSignals.CloseOver) != 0)
        {
            _closeStep?.Set();
        }

        if ((signals & SessionSignals.Output) != 0)
        {
            Pump(onSchedulerThread);
        }
    }

    /// <summary>A beat that left early, as an answer, puts the next look off.</summary>
    private void FileWakeup()
    {
        Instant wake;
        lock (_gate)
        {
            wake = NextWakeNeedsLock();
            if (_scheduler.TryPutOff(_wakeup, wake))
            {
                return;
            }
        }

        _scheduler.Schedule(_wakeup, wake);
    }

    private sealed class Wakeup(HeartbeatStream stream) : SchedulerEntry
    {
        public override ILogger Logger => stream._logger;

        public override Instant OnDue(Instant now) => stream.OnDue();

        public override void OnNetworkChanged(Instant from) => stream.OnNetworkChanged(from);
    }
}
