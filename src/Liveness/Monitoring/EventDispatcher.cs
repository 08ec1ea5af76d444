using Microsoft.Extensions.Logging;

namespace Liveness;

/// <summary>Calls the handlers of one monitor: in order, one at a time, on the work queue, never under a lock.</summary>
/// <remarks>It is its own work item, posted once while anything is to be delivered: a state change allocates nothing but its event args.</remarks>
internal sealed class EventDispatcher : IThreadPoolWorkItem
{
    /// <summary>Whose handler runs on this thread. A thread, not an AsyncLocal: that would flow into everything that a handler starts,
    /// and would take work that outlives the handler for the handler itself. So "inside" means the synchronous part of a handler.</summary>
    [ThreadStatic]
    private static EventDispatcher? s_current;

    private readonly object _sender;
    private readonly WorkQueue _queue;
    private readonly ILogger _logger;
    private readonly Lock _lock;
    private readonly EventBacklog _backlog;
    private QueuedCompletion? _drained;
    private bool _posted;

    /// <param name="sender">The monitor.</param>
    /// <param name="queue">Where handlers are called.</param>
    /// <param name="logger">Told of what handlers throw.</param>
    /// <param name="gate">The monitor's own lock: one is enough for both.</param>
    /// <param name="latest">The state now, of which nobody is told any more.</param>
    public EventDispatcher(object sender, WorkQueue queue, ILogger logger, Lock gate, MonitorState latest)
    {
        _sender = sender;
        _queue = queue;
        _logger = logger;
        _lock = gate;
        _backlog = new EventBacklog(latest);
    }

    /// <summary>True in the synchronous part of a handler of this monitor.</summary>
    public bool IsInside => s_current == this;

    public void Add(EventHandler<ConnectionStateChangedEventArgs> handler)
    {
        lock (_lock)
        {
            _backlog.StateHandlers.Add(handler);
        }
    }

    public void Remove(EventHandler<ConnectionStateChangedEventArgs> handler)
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

    /// <summary>The end; null is an orderly close. Called once.</summary>
    public void PublishEnd(ConnectionLoss? loss)
    {
        lock (_lock)
        {
            _backlog.PublishEnd(loss);
        }

        Post();
    }

    /// <summary>Runs user code that is no event handler but counts as one: what it throws is logged, and a dispose from within it is recognized.</summary>
    public void RunAsHandler(Action action, string name)
    {
        EventDispatcher? outer = s_current;
        s_current = this;
        try
        {
            action();
        }
        catch (Exception exception)
        {
            Log.HandlerThrew(_logger, exception, name);
        }
        finally
        {
            s_current = outer;
        }
    }

    /// <summary>Starts no handler any more, but for an end that is due already.</summary>
    /// <param name="endIsDue">The connection has ended, whether or not the end was published yet.</param>
    /// <param name="isInside">Called from a handler: waiting for that would wait for ever.</param>
    /// <returns>Completes when no handler of this monitor runs or will run; at once where <paramref name="isInside"/>.</returns>
    public ValueTask DrainAsync(bool endIsDue, bool isInside)
    {
        lock (_lock)
        {
            _backlog.Stop(endIsDue);
            if (isInside || _backlog.IsDrained)
            {
                return ValueTask.CompletedTask;
            }

            _drained ??= new QueuedCompletion(_queue);
            return new ValueTask(_drained.Task);
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
                Call(call);
            }
        }
        finally
        {
            s_current = outer;
        }
    }

    private void Call(in HandlerCall call)
    {
        try
        {
            call.Invoke(_sender);
        }
        catch (Exception exception)
        {
            Log.HandlerThrew(_logger, exception, call.EventName);
        }
    }

    private bool TakeNext(out HandlerCall call)
    {
        lock (_lock)
        {
            if (_backlog.TakeNext(out call))
            {
                return true;
            }

            _posted = false;
            if (_backlog.IsDrained)
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

        _queue.Post(this);
    }
}
