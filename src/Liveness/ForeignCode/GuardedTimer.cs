namespace Liveness;

/// <summary>A timer of a clock of others, until that fails; from then on one of the system's, for what is left of the time.</summary>
internal sealed class GuardedTimer : ITimer
{
    private readonly GuardedTimeProvider _clock;
    private readonly TimerCallback _callback;
    private readonly object? _state;
    private readonly ITimer? _inner;
    private readonly Lock _gate = new();

    /// <summary>Null until the clock fails. Under the lock.</summary>
    private ITimer? _replacement;

    /// <summary>Under the lock.</summary>
    private Instant _due = Instant.Never;

    /// <summary>Under the lock.</summary>
    private TimeSpan _period;

    /// <summary>Under the lock.</summary>
    private bool _isDisposed;

    public GuardedTimer(
        GuardedTimeProvider clock, TimeProvider inner, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        (_clock, _callback, _state) = (clock, callback, state);
        Note(Due(dueTime), period);
        try
        {
            if (clock.Replacement is null)
            {
                _inner = inner.CreateTimer(static timer => ((GuardedTimer)timer!).OnInner(), this, dueTime, period)
                    ?? throw new InvalidOperationException("Its CreateTimer returned null.");
            }
        }
        catch (Exception failure)
        {
            clock.Fail(failure);
        }

        if (clock.Replacement is not null)
        {
            Replace();
        }
    }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        Note(Due(dueTime), period);
        lock (_gate)
        {
            if (_isDisposed || _replacement is not null)
            {
                return _replacement?.Change(dueTime, period) ?? false;
            }
        }

        bool isSet = true;
        try
        {
            // Under no lock: a clock may run its timers in here.
            isSet = _inner!.Change(dueTime, period);
        }
        catch (Exception failure)
        {
            _clock.Fail(failure);
        }

        if (_clock.Replacement is not null)
        {
            // It may have failed meanwhile, and not have found this timer among those that are set.
            Replace();
        }

        return isSet;
    }

    /// <summary>The clock has failed. Idempotent.</summary>
    public void Replace()
    {
        Instant now = Instant.Now(_clock);
        lock (_gate)
        {
            if (_isDisposed || _replacement is not null)
            {
                return;
            }

            TimeSpan left = _due == Instant.Never ? Timeout.InfiniteTimeSpan : _due - Instant.Min(now, _due);
            TimerCallback callback = static timer => ((GuardedTimer)timer!).OnReplacement();
            _replacement = Detached.CreateTimer(TimeProvider.System, callback, this, left, _period);
        }
    }

    public void Dispose()
    {
        ITimer? replacement;
        lock (_gate)
        {
            _isDisposed = true;
            replacement = _replacement;
            _clock.Forget(this);
        }

        replacement?.Dispose();
        try
        {
            _inner?.Dispose();
        }
        catch (Exception failure)
        {
            _clock.Fail(failure);
        }
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private void OnReplacement() => _callback(_state);

    private void OnInner()
    {
        lock (_gate)
        {
            if (_isDisposed || _replacement is not null)
            {
                return;
            }

            bool isOver = _period == Timeout.InfiniteTimeSpan || _period == TimeSpan.Zero;
            _due = isOver ? Instant.Never : _due + _period;
            if (isOver)
            {
                _clock.Forget(this);
            }
        }

        _callback(_state);
    }

    private Instant Due(TimeSpan dueTime) => dueTime == Timeout.InfiniteTimeSpan ? Instant.Never : Instant.Now(_clock) + dueTime;

    /// <summary>
    /// The clock is told under the lock: it must not remember a timer that is over, nor forget one that was set anew meanwhile.
    /// </summary>
    private void Note(Instant due, TimeSpan period)
    {
        lock (_gate)
        {
            (_due, _period) = (due, period);
            if (due == Instant.Never || _isDisposed)
            {
                _clock.Forget(this);
            }
            else
            {
                _clock.Note(this);
            }
        }
    }
}
