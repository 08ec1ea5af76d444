namespace Liveness;

/// <summary>The data of <see cref="ConnectionMonitor.ConnectionLost"/>.</summary>
public sealed class ConnectionLostEventArgs : EventArgs
{
    /// <summary>Creates an instance. It is public so that you can raise the event in your own tests.</summary>
    /// <param name="loss">Why the connection was lost.</param>
    /// <exception cref="ArgumentNullException"><paramref name="loss"/> is null.</exception>
    public ConnectionLostEventArgs(ConnectionLoss loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        Loss = loss;
    }

    /// <summary>Why the connection was lost.</summary>
    public ConnectionLoss Loss { get; }
}
