namespace Liveness;

/// <summary>One handler to be called with its event: of StateChanged, ConnectionLost or ConnectionEnded.</summary>
internal readonly record struct HandlerCall(Delegate Handler, EventArgs Event) : IHandlerCall
{
    public string EventName => Handler switch
    {
        EventHandler<LivenessStateChangedEventArgs> => nameof(ConnectionMonitor.StateChanged),
        EventHandler<ConnectionLostEventArgs> => nameof(ConnectionMonitor.ConnectionLost),
        _ => nameof(ConnectionMonitor.ConnectionEnded),
    };

    public ConnectionLabel LabelOf(object sender) => ((ConnectionMonitor)sender).Label;

    public void Invoke(object sender)
    {
        switch (Handler)
        {
            case EventHandler<LivenessStateChangedEventArgs> handler:
                handler(sender, (LivenessStateChangedEventArgs)Event);
                break;
            case EventHandler<ConnectionLostEventArgs> handler:
                handler(sender, (ConnectionLostEventArgs)Event);
                break;
            case EventHandler<ConnectionEndedEventArgs> handler:
                handler(sender, (ConnectionEndedEventArgs)Event);
                break;
        }
    }

    /// <summary>What the call that has just returned still does; null = nothing.</summary>
    public Task? TakeRunning() => (Handler.Target as IAsyncHandler)?.TakeRunning();
}
