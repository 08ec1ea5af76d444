namespace Liveness.AspNetCore;

/// <summary>What a health check sees of a connection.</summary>
internal readonly record struct HealthConnection(
    string Name, string Description, string? OwnId, LivenessState State, ConnectionConditions Conditions, TimeSpan? Silence)
{
    private const ConnectionConditions Telling =
        ConnectionConditions.PeerNotConsuming | ConnectionConditions.DataUnacknowledged
        | ConnectionConditions.WriteStuck | ConnectionConditions.SideDown;

    public HealthConnection(LivenessConnection connection, ConnectionSnapshot snapshot)
        : this(connection.Name, connection.Description, connection.OwnId, snapshot.State, snapshot.Conditions, snapshot.Silence)
    {
    }

    /// <summary>Between the end and its removal from the factory's list it may still be seen.</summary>
    public bool IsLive => State is LivenessState.Alive or LivenessState.Suspect;

    public bool IsTroubled => State == LivenessState.Suspect || (Conditions & Telling) != 0;

    public string Trouble => State == LivenessState.Suspect ? "suspect" : (Conditions & Telling).ToString();
}
