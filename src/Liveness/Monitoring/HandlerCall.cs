namespace Liveness;

/// <summary>One handler to be called with its event: of StateChanged or of ConnectionLost.</summary>
internal readonly record struct HandlerCall(
    EventHandler<ConnectionStateChangedEventArgs>? StateHandler,
    ConnectionStateChangedEventArgs? StateEvent,
    EventHandler<ConnectionLostEventArgs>? LostHandler,
    ConnectionLostEventArgs? LostEvent) : IHandlerCall
{
    public string EventName => StateHandler is null ? nameof(ConnectionMonitor.ConnectionLost) : nameof(ConnectionMonitor.StateChanged);

    public void Invoke(object sender)
    {
        StateHandler?.Invoke(sender, StateEvent!);
        LostHandler?.Invoke(sender, LostEvent!);
    }
}
