namespace Liveness;

/// <content>What the monitor shows.</content>
public sealed partial class HeartbeatStream
{
    private TaskCompletionSource<TimeSpan>? _probe;

    private void OnOpened()
    {
        _opened.TrySetResult();
        TimeSpan bound;
        lock (_gate)
        {
            bound = _session.Bound;
        }

        if (_plan.Rate.Judges && bound > _plan.DetectWithin)
        {
            Log.BoundExceedsDetectWithin(_logger, bound, _plan.DetectWithin, "the peer beats no faster");
        }

        PublishState();
    }

    private void PublishState()
    {
        ConnectionState state;
        ConnectionConditions conditions;
        lock (_gate)
        {
            state = _session.State;
            conditions = _session.Conditions;
        }

        if (state is not (ConnectionState.Lost or ConnectionState.Closed))
        {
            Monitor.Update(state, conditions);
        }
    }

    private ValueTask<TimeSpan> ProbeAsync(CancellationToken cancellationToken)
    {
        EnsureStarted();
        TaskCompletionSource<TimeSpan> probe;
        SessionSignals signals;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            ThrowIfLost();
            ThrowIfPeerClosed();
            probe = _probe ??= new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
            signals = _session.RequestProbe(_scheduler.Now);
        }

        Act(signals);
        return new ValueTask<TimeSpan>(probe.Task.WaitAsync(cancellationToken));
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
            probe.TrySetException(_loss is { } loss ? new ConnectionLostException(loss) : new ObjectDisposedException(nameof(HeartbeatStream)));
            _ = probe.Task.Exception;
        }
    }

    private ConnectionSnapshot GetSnapshot()
    {
        Instant now = _scheduler.Now;
        LocalHealth health = _scheduler.Observe(now);
        lock (_gate)
        {
            return _session.Snapshot(now, health);
        }
    }

    private sealed class Monitored(HeartbeatStream stream) : IMonitoredConnection
    {
        public bool CanProbe => true;

        public ConnectionSnapshot GetSnapshot() => stream.GetSnapshot();

        public ValueTask<TimeSpan> ProbeAsync(CancellationToken cancellationToken) => stream.ProbeAsync(cancellationToken);
    }
}
