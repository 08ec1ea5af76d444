namespace Liveness;

/// <summary>State and conditions: what one StateChanged event tells, and what is merged until it is delivered.</summary>
internal readonly record struct MonitorState(LivenessState State, ConnectionConditions Conditions)
{
    public bool IsTerminal => State is LivenessState.Lost or LivenessState.Closed;
}
