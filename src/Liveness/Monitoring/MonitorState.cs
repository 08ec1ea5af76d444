namespace Liveness;

/// <summary>State and conditions: what one StateChanged event tells, and what is merged until it is delivered.</summary>
internal readonly record struct MonitorState(ConnectionState State, ConnectionConditions Conditions)
{
    public bool IsTerminal => State is ConnectionState.Lost or ConnectionState.Closed;
}
