namespace Liveness;

/// <summary>How a loss was observed: one value per sealed kind of ConnectionLoss.</summary>
internal enum LossKind
{
    HeartbeatTimedOut,
    OutboundDead,
    KeepAliveTimedOut,
    ConnectionReset,
    ClosedWithoutGoodbye,
    NetworkUnreachable,
    SideConnectionSilent,
    PeerDenied,
    PeerGaveUp,
    HandshakeFailed,
    PeerNotLiveness,
    ProtocolViolated,
    TransportFailed,
    BoundExceeded,
    CloseTimedOut,
}
