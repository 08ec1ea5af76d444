namespace Liveness;

/// <content>What the monitor shows.</content>
public sealed partial class HeartbeatStream
{
    private TaskCompletionSource<TimeSpan>? _probe;
    private (ConnectionState State, ConnectionConditions Conditions) _logged;
    private BoundReport _boundReport;

    private void OnOpened()
    {
        CompleteStart();
        LogBound();
        LookWhetherBeatsAreTraced();
        _transport.RememberLocalNetwork();
    }

    /// <summary>At the handshake, when a RATE of the peer makes the bound longer, and when a change of our own is through.</summary>
    private void LogBound()
    {
        TimeSpan bound;
        TimeSpan detectWithin;
        lock (_gate)
        {
            if (_session.Machine is not { RateIsSettled: true, Rate: { Judges: true } rate } machine || !_boundReport.IsDue(rate.DetectWithin, machine.Bound))
            {
                return;
            }

            (bound, detectWithin) = (machine.Bound, rate.DetectWithin);
        }

        InBandLog.BoundExceedsDetectWithin(_logger, bound, detectWithin, "the peer beats no faster", Monitor.Label);
    }

    /// <summary>Under the lock, so that a newer state is never overwritten by an older one.</summary>
    private void PublishState()
    {
        lock (_gate)
        {
            ConnectionState state = _session.State;
            if (state is not (ConnectionState.Lost or ConnectionState.Closed))
            {
                Monitor.Update(state, _session.Conditions);
            }
        }
    }

    /// <summary>On the work queue; what changes twice before that is logged as it is then.</summary>
    private void LogState()
    {
        if (!_logger.IsNone)
        {
            _workQueue.Post(new WorkItem(LogStateNow));
        }
    }

    private void LogStateNow()
    {
        (ConnectionState State, ConnectionConditions Conditions) before;
        ConnectionSnapshot now = GetSnapshot();
        lock (_gate)
        {
            before = _logged;
            _logged = (now.State, now.Conditions);
        }

        LogBound();
        LookWhetherBeatsAreTraced();
        if (before.State != now.State && now.State == ConnectionState.Suspect)
        {
            MonitoringLog.Suspect(_logger, now.Silence ?? TimeSpan.Zero, now.Bound ?? TimeSpan.Zero, Monitor.Label);
        }
        else if (before.State == ConnectionState.Suspect && now.State == ConnectionState.Alive)
        {
            MonitoringLog.AliveAgain(_logger, Monitor.Label);
        }

        if (before.Conditions != now.Conditions)
        {
            MonitoringLog.ConditionsChanged(_logger, before.Conditions, now, Monitor.Label);
        }
    }

    private ValueTask<TimeSpan> ProbeAsync(CancellationToken cancellationToken)
    {
        EnsureStarted();
        TaskCompletionSource<TimeSpan> probe;
        SessionSignals signals;
        lock (_gate)
        {
            if (_disposed || _session.HasEnded)
            {
                return ValueTask.FromException<TimeSpan>(EndAsException());
            }

            // Before the handshake is through nothing can be asked: what waits then is asked for when it is.
            probe = _probe ??= new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
            signals = _session.RequestProbe(_scheduler.Now);
        }

        Act(signals);
        return new ValueTask<TimeSpan>(probe.Task.WaitAsync(cancellationToken));
    }

    private SessionSignals RequestWaitingProbe()
    {
        lock (_gate)
        {
            return _probe is null ? SessionSignals.None : _session.RequestProbe(_scheduler.Now);
        }
    }

    private void CompleteProbe()
    {
        TaskCompletionSource<TimeSpan>? probe;
        TimeSpan roundTrip;
        lock (_gate)
        {
            probe = _probe;
            _probe = null;
            roundTrip = _session.Machine?.RoundTrip ?? TimeSpan.Zero;
        }

        probe?.TrySetResult(roundTrip);
    }

    private void FailProbe()
    {
        TaskCompletionSource<TimeSpan>? probe;
        lock (_gate)
        {
            probe = _probe;
            _probe = null;
        }

        if (probe is not null)
        {
            probe.TrySetException(EndAsException());
            _ = probe.Task.Exception;
        }
    }

    private ConnectionSnapshot GetSnapshot()
    {
        lock (_gate)
        {
            Instant now = _scheduler.Now;
            return _session.Snapshot(now, _scheduler.Observe(now));
        }
    }

    private sealed class Monitored(HeartbeatStream stream) : IMonitoredConnection
    {
        public bool CanProbe => true;

        public string? Remote => RemoteName.Text(stream._transport.Remote);

        public ConnectionSnapshot GetSnapshot() => stream.GetSnapshot();

        public ValueTask<TimeSpan> ProbeAsync(CancellationToken cancellationToken) => stream.ProbeAsync(cancellationToken);
    }
}
