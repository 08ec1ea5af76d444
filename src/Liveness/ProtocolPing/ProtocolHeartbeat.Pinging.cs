using System.Runtime.CompilerServices;

namespace Liveness;

/// <content>Calling the application for a ping, and who waits for its answer.</content>
public sealed partial class ProtocolHeartbeat
{
    private TaskCompletionSource<TimeSpan>? _probe;
    private TimeSpan _probeAnswer;

    /// <summary>
    /// The newest round trip, until it has been measured: where pings are sent, and neither under the lock nor on the scheduler's thread.
    /// </summary>
    private TimeSpan? _unmeasured;

    private ValueTask<TimeSpan> ProbeAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource<TimeSpan> probe;
        PingSignals signals;
        lock (_gate)
        {
            if (_hasEnded)
            {
                return ValueTask.FromException<TimeSpan>(EndAsException());
            }

            PullStampNeedsLock();
            probe = _probe ??= new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
            _machine.RequestPing();
            signals = SettleNeedsLock(_scheduler.Now);
        }

        Act(signals);
        FileWakeup();
        return new ValueTask<TimeSpan>(probe.Task.WaitAsync(cancellationToken));
    }

    private bool NoteAnswerNeedsLock(TimeSpan roundTrip)
    {
        _probeAnswer = roundTrip;
        _unmeasured = roundTrip;
        return _probe is not null;
    }

    private void CompleteProbe()
    {
        TaskCompletionSource<TimeSpan>? probe;
        TimeSpan answer;
        lock (_gate)
        {
            probe = _probe;
            answer = _probeAnswer;
            _probe = null;
        }

        probe?.TrySetResult(answer);
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

    private Exception EndAsException() =>
        _disposed ? new ObjectDisposedException(nameof(ProtocolHeartbeat))
        : _loss is { } loss ? new ConnectionLostException(loss)
        : new InvalidOperationException("The connection is closed.");

    private void CancelPing()
    {
        try
        {
            _ended.Cancel();
        }
        catch (AggregateException failure)
        {
            // A callback that sendProbe has registered.
            ForeignCodeLog.HandlerThrew(_logger, failure, "sendProbe's token");
        }
    }

    private bool BeginPing()
    {
        PingSignals signals;
        lock (_gate)
        {
            if (_hasEnded)
            {
                return false;
            }

            // What has come until now answers nothing; what comes from now on is to be noticed at once.
            PullStampNeedsLock();
            Instant now = _scheduler.Now;
            _machine.OnPingBegins(now, _scheduler.Observe(now));
            signals = SettleNeedsLock(now);
        }

        Act(signals);
        FileWakeup();
        return true;
    }

    private void EndPing(Exception? failure)
    {
        PingSignals signals;
        TimeSpan? answered;
        lock (_gate)
        {
            if (_hasEnded)
            {
                return;
            }

            (answered, _unmeasured) = (_unmeasured, null);

            if (failure is null)
            {
                _machine.OnPingSent();
            }
            else
            {
                _machine.OnPingFailed(failure, _scheduler.Now);
            }

            signals = LookNeedsLock();
        }

        Measure(answered, sent: failure is null);
        if (failure is not null)
        {
            ProtocolPingLog.PingFailed(_logger, failure);
        }

        Act(signals);
        FileWakeup();
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

    /// <summary>One call of the application at a time, and nothing is allocated for it.</summary>
    private sealed class PingCall(ProtocolHeartbeat heartbeat) : IThreadPoolWorkItem
    {
        private ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter _sending;
        private Action? _onSent;

        public void Execute()
        {
            if (!heartbeat.BeginPing())
            {
                return;
            }

            try
            {
                Follow(heartbeat._sendProbe(heartbeat._ended.Token));
            }
            catch (Exception failure)
            {
                heartbeat.EndPing(failure);
            }
        }

        /// <summary>Once it has been followed, the next ping may be under way already: nothing here is touched any more.</summary>
        private void Follow(ValueTask sending)
        {
            ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter awaiter = sending.ConfigureAwait(false).GetAwaiter();
            _sending = awaiter;
            if (awaiter.IsCompleted)
            {
                OnSent();
            }
            else
            {
                awaiter.UnsafeOnCompleted(_onSent ??= OnSent);
            }
        }

        private void OnSent()
        {
            Exception? failure = null;
            try
            {
                _sending.GetResult();
            }
            catch (Exception thrown)
            {
                failure = thrown;
            }

            _sending = default;
            heartbeat.EndPing(failure);
        }
    }
}
