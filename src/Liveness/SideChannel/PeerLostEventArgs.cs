namespace Liveness;

/// <summary>Connections that were lost together, in one batch: as a rule all that were watched to one host.</summary>
public sealed class PeerLostEventArgs : EventArgs
{
    /// <summary>Names a batch; public, so that your own tests can make one.</summary>
    /// <param name="connections">At least one.</param>
    /// <exception cref="ArgumentNullException"><paramref name="connections"/> is null.</exception>
    public PeerLostEventArgs(IReadOnlyList<WatchedConnection> connections)
    {
        ArgumentNullException.ThrowIfNull(connections);
        Connections = connections;
    }

    /// <summary>Each with its own loss in its monitor.</summary>
    public IReadOnlyList<WatchedConnection> Connections { get; }
}
