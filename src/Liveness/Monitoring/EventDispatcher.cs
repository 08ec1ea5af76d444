using System.Diagnostics;

namespace Liveness;

/// <summary>Calls the handlers of one monitor: in order, one at a time, on the work queue, never under a lock.</summary>
/// <remarks>
/// It is its own work item, posted once while anything is to be delivered: a state change allocates nothing but its event args.
/// </remarks>
internal sealed class EventDispatcher : IThreadPoolWorkItem
{
    /// <summary>Whose handler runs on this thread. A thread, not an AsyncLocal: that would flow into everything that a handler starts, and
    /// would take work that outlives the handler for the handler itself. So "inside" means the synchronous part of a handler.</summary>
    [ThreadStatic]
    private static EventDispatcher? s_current;

    private const int MostRounds = 10;

    private readonly ConnectionMonitor _sender;
    private readonly WorkQueue _queue;
    private readonly GuardedLogger _logger;
    private readonly object _lock;
    private readonly TimeProvider _clock;

    /// <summary>Under the lock.</summary>
    private readonly EventBacklog _backlog;

    /// <summary>Under the lock.</summary>
    private QueuedCompletion? _drained;

    /// <summary>Under the lock.</summary>
    private bool _posted;

    /// <summary>Calls that are no handlers of events, from when they are posted until they have returned. Under the lock.</summary>
    private int _calls;

    /// <summary>Those that have begun; null = there was none yet. Under the lock.</summary>
    private List<string>? _begun;

    /// <summary>The event whose handler runs. Under the lock.</summary>
    private string? _running;

    /// <param name="sender">The monitor.</param>
    /// <param name="queue">Where handlers are called.</param>
    /// <param name="logger">Told of what handlers throw.</param>
    /// <param name="gate">The monitor's own lock: one is enough for both.</param>
    /// <param name="latest">The state now, of which nobody is told any more.</param>
    /// <param name="clock">By which handlers that return a task are waited for; guarded.</param>
    public EventDispatcher(
        ConnectionMonitor sender, WorkQueue queue, GuardedLogger logger, object gate, MonitorState latest, TimeProvider clock)
    {
        _clock = clock;
        _sender = sender;
        _queue = queue;
        _logger = logger;
        _lock = gate;
        _backlog = new EventBacklog(latest);
    }

    /// <summary>True in the synchronous part of a handler of this monitor.</summary>
    public bool IsInside => s_current == this;

    /// <summary>A handler runs, or is there to be called.</summary>
    public bool HasHandlers
    {
        get
        {
            lock (_lock)
            {
                return _backlog.HasHandlers;
            }
        }
    }

    public void Add(EventHandler<LivenessStateChangedEventArgs> handler)
    {
        lock (_lock)
        {
            _backlog.StateHandlers.Add(handler);
        }
    }

    public void Remove(EventHandler<LivenessStateChangedEventArgs> handler)
    {
        lock (_lock)
        {
            _backlog.StateHandlers.Remove(handler);
        }
    }

    public void Add(EventHandler<ConnectionLostEventArgs> handler)
    {
        lock (_lock)
        {
            if (!_backlog.AddLostHandler(handler))
            {
                return;
            }
        }

        Post();
    }

    public void Remove(EventHandler<ConnectionLostEventArgs> handler)
    {
        lock (_lock)
        {
            _backlog.LostHandlers.Remove(handler);
        }
    }

    public void Add(EventHandler<ConnectionEndedEventArgs> handler)
    {
        lock (_lock)
        {
            if (!_backlog.AddEndedHandler(handler))
            {
                return;
            }
        }

        Post();
    }

    public void Remove(EventHandler<ConnectionEndedEventArgs> handler)
    {
        lock (_lock)
        {
            _backlog.EndedHandlers.Remove(handler);
        }
    }

    /// <summary>A new state that is not the end. Ignored after the end.</summary>
    public void Publish(MonitorState state)
    {
        lock (_lock)
        {
            if (!_backlog.Publish(state))
            {
                return;
            }
        }

        Post();
    }

    /// <summary>The end. Called once.</summary>
    public void PublishEnd(ConnectionEndedEventArgs end)
    {
        lock (_lock)
        {
            _backlog.PublishEnd(end);
        }

        Post();
    }

    /// <summary>
    /// Posts user code that is no event handler but counts as one: what it throws is logged, a dispose from within it is recognized, and a
    /// drain waits for it. No handler waits for it.
    /// </summary>
    public void Call(Action action, string name)
    {
        lock (_lock)
        {
            _calls++;
        }

        _queue.PostForeign(ForeignLane.Handlers, new ForeignCall(() => Run(action, name)));
    }

    /// <summary>Starts no handler any more, but for an end that is due already; and after the bound none at all.</summary>
    /// <param name="endIsDue">The connection has ended, whether or not the end was published yet.</param>
    /// <param name="isInside">Called from a handler: waiting for that would wait for ever.</param>
    /// <param name="bound">What runs longer is left to itself, with a line in the log.</param>
    /// <param name="timeProvider">Whose time that is.</param>
    /// <returns>
    /// Completes when no handler of this monitor will be started, and none runs or the bound is over; at once where
    /// <paramref name="isInside"/>.
    /// </returns>
    public ValueTask DrainAsync(bool endIsDue, bool isInside, TimeSpan bound, TimeProvider timeProvider)
    {
        bool isFirst;
        QueuedCompletion drained;
        lock (_lock)
        {
            _backlog.Stop(endIsDue);
            if (isInside || IsDrainedNeedsLock)
            {
                return ValueTask.CompletedTask;
            }

            isFirst = _drained is null;
            drained = _drained ??= new QueuedCompletion(_queue);
        }

        if (isFirst)
        {
            _ = GiveUpAsync(drained, bound, timeProvider);
        }

        return new ValueTask(drained.Task);
    }

    private bool IsDrainedNeedsLock
    {
        get
        {
            Debug.Assert(Monitor.IsEntered(_lock));
            return _backlog.IsDrained && _calls == 0;
        }
    }

    private async Task GiveUpAsync(QueuedCompletion drained, TimeSpan bound, TimeProvider timeProvider)
    {
        for (int round = 1; !await ForeignCode.WaitAsync(drained.Task, bound, timeProvider).ConfigureAwait(false); round++)
        {
            string? running = GiveUpOnce(drained, isLate: round >= MostRounds);
            if (running is not null)
            {
                MonitoringLog.HandlerStillRuns(_logger, running, bound * round, _sender.Label);
                return;
            }
        }
    }

    /// <summary>A lane that is behind is no handler that runs for too long: what has not begun is waited for longer.</summary>
    /// <returns>What runs; null = it goes on.</returns>
    private string? GiveUpOnce(QueuedCompletion drained, bool isLate)
    {
        lock (_lock)
        {
            string? running = _running ?? _begun?.FirstOrDefault() ?? (isLate ? "Something else" : null);
            if (running is not null && !IsDrainedNeedsLock)
            {
                _backlog.Abandon();
                drained.Set();
                return running;
            }

            return null;
        }
    }

    private void Run(Action action, string name)
    {
        lock (_lock)
        {
            (_begun ??= []).Add(name);
        }

        EventDispatcher? outer = s_current;
        s_current = this;
        try
        {
            ForeignCode.Call(action, _logger, name, () => _sender.Label);
        }
        finally
        {
            s_current = outer;
            lock (_lock)
            {
                _calls--;
                _begun.Remove(name);
                if (IsDrainedNeedsLock)
                {
                    _drained?.Set();
                }
            }
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        EventDispatcher? outer = s_current;
        s_current = this;
        try
        {
            while (TakeNext(out HandlerCall call))
            {
                ForeignCode.Call(call, _sender, _logger);
                if (call.TakeRunning() is { } running)
                {
                    // Goes on from there: meanwhile it stays posted, and this handler the one that runs.
                    _ = GoOnAfterAsync(running, call.EventName);
                    return;
                }
            }
        }
        finally
        {
            s_current = outer;
        }
    }

    /// <summary>A handler that returns a task keeps the next one waiting until that is done, but not for ever.</summary>
    private async Task GoOnAfterAsync(Task running, string eventName)
    {
        Task observed = ObserveAsync(running, eventName);
        if (!await ForeignCode.WaitAsync(observed, MonitorDefaults.AsyncHandlerPatience, _clock).ConfigureAwait(false))
        {
            MonitoringLog.HandlerOverdue(_logger, eventName, MonitorDefaults.AsyncHandlerPatience, _sender.Label);
        }

        _queue.PostForeign(ForeignLane.Handlers, this);
    }

    /// <summary>However late it fails, that is told.</summary>
    private async Task ObserveAsync(Task running, string eventName)
    {
        try
        {
            await running.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            ForeignCodeLog.HandlerThrew(_logger, exception, eventName, _sender.Label);
        }
    }

    private bool TakeNext(out HandlerCall call)
    {
        lock (_lock)
        {
            if (_backlog.TakeNext(out call))
            {
                _running = call.EventName;
                return true;
            }

            _running = null;
            _posted = false;
            if (IsDrainedNeedsLock)
            {
                _drained?.Set();
            }

            return false;
        }
    }

    private void Post()
    {
        lock (_lock)
        {
            if (_posted)
            {
                return;
            }

            _posted = true;
        }

        _queue.PostForeign(ForeignLane.Handlers, this);
    }
}
