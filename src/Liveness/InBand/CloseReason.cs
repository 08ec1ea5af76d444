namespace Liveness;

/// <summary>The reason that <see cref="HeartbeatStream.CloseAsync(CloseReason, string, TimeSpan?, CancellationToken)"/> tells the
/// peer.</summary>
public enum CloseReason
{
    /// <summary>The application is done with this connection.</summary>
    Done = 0,

    /// <summary>The program is shutting down. The peer finds <see cref="ConnectionMonitor.PeerGoingAway"/> set.</summary>
    GoingAway = 1,
}
