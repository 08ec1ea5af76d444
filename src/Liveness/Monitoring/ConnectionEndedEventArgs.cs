namespace Liveness;

/// <summary>What <see cref="ConnectionMonitor.ConnectionEnded"/> tells: how a connection ended, whether it was closed or lost.</summary>
public sealed class ConnectionEndedEventArgs : EventArgs
{
    /// <summary>Public so that you can raise the event in your own tests.</summary>
    /// <param name="loss">Why the connection was lost; null = it was closed.</param>
    /// <param name="closeResult">What became of what this end had written; null = nobody can know.</param>
    /// <param name="peerGoingAway">The peer's word that it is shutting down; null = it did not say so.</param>
    public ConnectionEndedEventArgs(
        ConnectionLoss? loss, CloseResult? closeResult = null, PeerGoingAway? peerGoingAway = null)
    {
        Loss = loss;
        CloseResult = closeResult;
        PeerGoingAway = peerGoingAway;
    }

    /// <summary>Why the connection was lost; null = it was closed, by either side in good order or aborted by this end.</summary>
    public ConnectionLoss? Loss { get; }

    /// <inheritdoc cref="ConnectionMonitor.CloseResult" path="/summary"/>
    /// <value>
    /// As <see cref="ConnectionMonitor.CloseResult"/> was at the end; null where the bytes are left alone (every mode but in-band).
    /// </value>
    public CloseResult? CloseResult { get; }

    /// <inheritdoc cref="ConnectionMonitor.PeerGoingAway"/>
    public PeerGoingAway? PeerGoingAway { get; }
}
