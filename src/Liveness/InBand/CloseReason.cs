namespace Liveness;

/// <summary>Why a connection is closed in good order, as the peer is told.</summary>
public enum CloseReason
{
    /// <summary>The application is done with this connection.</summary>
    Done = 0,

    /// <summary>The program is shutting down: the peer finds <see cref="ConnectionMonitor.PeerGoingAway"/> set.</summary>
    GoingAway = 1,
}
