namespace Liveness.SideChannel;

/// <summary>
/// The end of a side channel that a <see cref="WatchSet"/> belongs to. Called in the lane of looks, under no lock: nothing in it blocks.
/// </summary>
internal interface IWatchSetOwner
{
    /// <summary>
    /// Somebody has to find out whether the host at that address answers at all, and to say so within T by
    /// <see cref="SideSession.EndProbe"/>.
    /// </summary>
    void StartConnectProbe(SideSession session, SideWatch example);

    /// <summary>No longer watched, whatever the reason.</summary>
    void OnStopped(SideWatch connection);

    /// <summary>Lost together; each monitor knows already.</summary>
    void OnLost(IReadOnlyList<SideWatch> connections);
}
