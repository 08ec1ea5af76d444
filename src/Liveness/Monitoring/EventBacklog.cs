namespace Liveness;

/// <summary>
/// Decides which handler of one monitor is called next. Calls none itself, holds no lock: the <see cref="EventDispatcher"/> does both.
/// </summary>
/// <remarks>Undelivered state changes are merged into one: from what was last delivered to the newest. What is due of the end (StateChanged
/// to Lost or Closed, then ConnectionLost, then ConnectionEnded) is never dropped.</remarks>
internal sealed class EventBacklog
{
    private MonitorState _delivered;
    private LivenessStateChangedEventArgs? _stateEvent;
    private EventHandler<LivenessStateChangedEventArgs>[] _stateTargets = [];
    private int _stateNext;
    private ConnectionLostEventArgs? _lostEvent;
    private ConnectionEndedEventArgs? _endedEvent;
    private bool _stopped;
    private bool _endIsDue;
    private bool _endIsDelivered;

    /// <param name="latest">Counts as delivered.</param>
    public EventBacklog(MonitorState latest)
    {
        Latest = latest;
        _delivered = latest;
    }

    public HandlerList<LivenessStateChangedEventArgs> StateHandlers { get; } = new();

    /// <summary>Who waits to be told of a loss: before one everybody, after it who was not called yet.</summary>
    public HandlerList<ConnectionLostEventArgs> LostHandlers { get; } = new();

    /// <summary>Who waits to be told of the end, as <see cref="LostHandlers"/>.</summary>
    public HandlerList<ConnectionEndedEventArgs> EndedHandlers { get; } = new();

    /// <summary>With the end, once that is published.</summary>
    public MonitorState Latest { get; private set; }

    public bool HandlerRuns { get; private set; }

    public bool HasHandlers =>
        HandlerRuns || StateHandlers.Current.Length + LostHandlers.Current.Length + EndedHandlers.Current.Length > 0;

    /// <summary>An end that was there when this was stopped still waits for its handlers.</summary>
    public bool AwaitsEnd => _endIsDue && !_endIsDelivered;

    /// <summary>Nothing runs and nothing will: what a drain waits for.</summary>
    public bool IsDrained => _stopped && !HandlerRuns && !AwaitsEnd;

    /// <summary>False where there is nothing new: the same state, or after the end.</summary>
    public bool Publish(MonitorState state)
    {
        if (Latest.IsTerminal || Latest == state)
        {
            return false;
        }

        Latest = state;
        return !_stopped;
    }

    /// <summary>The end. Called once.</summary>
    public void PublishEnd(ConnectionEndedEventArgs end)
    {
        Latest = Latest with { State = end.Loss is null ? LivenessState.Closed : LivenessState.Lost };
        _lostEvent = end.Loss is null ? null : new ConnectionLostEventArgs(end.Loss);
        _endedEvent = end;
    }

    /// <summary>True where the loss is known already: the handler belongs to its delivery, which may begin again for it.</summary>
    public bool AddLostHandler(EventHandler<ConnectionLostEventArgs> handler)
    {
        LostHandlers.Add(handler);
        return DeliversAgain(_lostEvent);
    }

    /// <summary>As <see cref="AddLostHandler"/>, for every end.</summary>
    public bool AddEndedHandler(EventHandler<ConnectionEndedEventArgs> handler)
    {
        EndedHandlers.Add(handler);
        return DeliversAgain(_endedEvent);
    }

    /// <summary>From now on nothing is delivered but an end that is due already, published or not.</summary>
    public void Stop(bool endIsDue)
    {
        if (!_stopped)
        {
            _stopped = true;
            _endIsDue = endIsDue;
        }
    }

    /// <summary>From now on nothing is delivered at all.</summary>
    public void Abandon()
    {
        _stopped = true;
        _endIsDue = false;
    }

    /// <summary>The call before has returned; which one is next? False: none.</summary>
    public bool TakeNext(out HandlerCall call)
    {
        call = default;
        if (NextStateHandler() is { } stateHandler)
        {
            call = new HandlerCall(stateHandler, _stateEvent!);
        }
        else if (NextOf(LostHandlers, _lostEvent) is { } lostHandler)
        {
            call = new HandlerCall(lostHandler, _lostEvent!);
        }
        else if (NextOf(EndedHandlers, _endedEvent) is { } endedHandler)
        {
            call = new HandlerCall(endedHandler, _endedEvent!);
        }
        else
        {
            HandlerRuns = false;
            _endIsDelivered = Latest.IsTerminal;
            return false;
        }

        HandlerRuns = true;
        return true;
    }

    private EventHandler<LivenessStateChangedEventArgs>? NextStateHandler()
    {
        do
        {
            while (_stateNext < _stateTargets.Length && MayDeliver(_stateEvent!.NewState))
            {
                EventHandler<LivenessStateChangedEventArgs> handler = _stateTargets[_stateNext++];
                if (StateHandlers.Contains(handler))
                {
                    return handler;
                }
            }
        }
        while (BeginStateEvent());

        return null;
    }

    private bool BeginStateEvent()
    {
        if (Latest == _delivered || !MayDeliver(Latest.State))
        {
            _stateTargets = [];
            return false;
        }

        _stateTargets = StateHandlers.Current;
        _stateNext = 0;
        if (_stateTargets.Length > 0)
        {
            _stateEvent = new LivenessStateChangedEventArgs(_delivered.State, Latest.State, _delivered.Conditions, Latest.Conditions);
        }

        _delivered = Latest;
        return true;
    }

    /// <summary>Of an event of the end; null as long as that was not published.</summary>
    private EventHandler<TArgs>? NextOf<TArgs>(HandlerList<TArgs> handlers, TArgs? args) =>
        args is not null && MayDeliver(Latest.State) ? handlers.TakeFirst() : null;

    private bool DeliversAgain(EventArgs? published)
    {
        if (published is null || _stopped)
        {
            return false;
        }

        _endIsDelivered = false;
        return true;
    }

    private bool MayDeliver(LivenessState state)
    {
        return !_stopped || (AwaitsEnd && state is LivenessState.Lost or LivenessState.Closed);
    }
}
