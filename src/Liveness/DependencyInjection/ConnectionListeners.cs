namespace Liveness;

/// <summary>Everybody in a container who wants to know of its connections.</summary>
/// <param name="listeners">Code of others.</param>
/// <param name="logger">Told what they throw.</param>
internal sealed class ConnectionListeners(IConnectionListener[] listeners, GuardedLogger logger)
{
    public bool IsEmpty => listeners.Length == 0;

    /// <summary>In the caller's own call, as documented. Never throws.</summary>
    public void Tell(LivenessConnection connection, Action<IConnectionListener> what)
    {
        foreach (IConnectionListener listener in listeners)
        {
            ForeignCode.Call(() => what(listener), logger, nameof(IConnectionListener), () => connection.Monitor.Label);
        }
    }
}
