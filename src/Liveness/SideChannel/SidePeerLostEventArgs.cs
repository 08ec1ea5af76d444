namespace Liveness.SideChannel;

/// <summary>Connections that were lost together, in one batch: as a rule all that were watched to one host.</summary>
public sealed class SidePeerLostEventArgs : EventArgs
{
    /// <summary>Names a batch; public, so that your own tests can make one.</summary>
    /// <param name="connections">At least one.</param>
    /// <exception cref="ArgumentNullException"><paramref name="connections"/> is null.</exception>
    public SidePeerLostEventArgs(IReadOnlyList<SideWatch> connections)
    {
        ArgumentNullException.ThrowIfNull(connections);
        Connections = connections;
    }

    /// <summary>Each with its own loss in its monitor.</summary>
    public IReadOnlyList<SideWatch> Connections { get; }
}
