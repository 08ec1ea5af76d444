namespace Liveness;

/// <summary>The data of <see cref="ConnectionMonitor.ConnectionEnded"/>: how a connection ended, closed or lost.</summary>
public sealed class ConnectionEndedEventArgs : EventArgs
{
    /// <summary>Creates an instance. It is public so that you can raise the event in your own tests.</summary>
    /// <param name="loss">Why the connection was lost; null means that it was closed.</param>
    /// <param name="closeResult">How much of what this end had written the peer has confirmed; null if the mode doesn't know it.</param>
    /// <param name="peerGoingAway">The peer's message that it is shutting down; null if it sent none.</param>
    public ConnectionEndedEventArgs(
        ConnectionLoss? loss, CloseResult? closeResult = null, PeerGoingAway? peerGoingAway = null)
    {
        Loss = loss;
        CloseResult = closeResult;
        PeerGoingAway = peerGoingAway;
    }

    /// <summary>Why the connection was lost; null if either side closed it in good order or this end aborted it.</summary>
    public ConnectionLoss? Loss { get; }

    /// <inheritdoc cref="ConnectionMonitor.CloseResult" path="/summary"/>
    /// <value>
    /// The value of <see cref="ConnectionMonitor.CloseResult"/> at the end; null in every mode but in-band.
    /// </value>
    public CloseResult? CloseResult { get; }

    /// <inheritdoc cref="ConnectionMonitor.PeerGoingAway"/>
    public PeerGoingAway? PeerGoingAway { get; }
}
