namespace Liveness.AspNetCore;

/// <summary>A live connection while a report is made: what a filter, an order and a row need of it is asked for once.</summary>
internal sealed class LiveConnection(LivenessConnection connection)
{
    private ConnectionSnapshot? _snapshot;

    public LivenessConnection Connection => connection;

    public LivenessState State { get; } = connection.Monitor.State;

    public ConnectionConditions Conditions { get; } = connection.Monitor.Conditions;

    /// <summary>Asked for only where it is needed: it takes the connection's lock for a moment.</summary>
    public ConnectionSnapshot Snapshot => _snapshot ??= connection.Monitor.GetSnapshot();

    /// <summary>Those in trouble first.</summary>
    public int Rank => State switch
    {
        LivenessState.Suspect => 0,
        _ when Conditions != ConnectionConditions.None => 1,
        _ => 2,
    };

    /// <summary>Of what it may be silent.</summary>
    public double SilenceShare => Snapshot is { Silence: { } silence, Bound: { } bound } && bound > TimeSpan.Zero ? silence / bound : 0;
}
