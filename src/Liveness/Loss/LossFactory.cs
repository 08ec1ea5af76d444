namespace Liveness;

/// <summary>Makes the public loss out of what the pure core saw.</summary>
internal static class LossFactory
{
    public static ConnectionLoss Create(LossObservation observation, DateTimeOffset detectedAt) => observation.Kind switch
    {
        LossKind.HeartbeatTimedOut => new HeartbeatTimedOut(observation, detectedAt),
        LossKind.OutboundDead => new OutboundDead(observation, detectedAt),
        LossKind.KeepAliveTimedOut => new KeepAliveTimedOut(observation, detectedAt),
        LossKind.ConnectionReset => new ConnectionReset(observation, detectedAt),
        LossKind.ClosedWithoutGoodbye => new ClosedWithoutGoodbye(observation, detectedAt),
        LossKind.NetworkUnreachable => new NetworkUnreachable(observation, detectedAt),
        LossKind.SideConnectionSilent => new SideConnectionSilent(observation, detectedAt),
        LossKind.PeerDenied => new PeerDenied(observation, detectedAt),
        LossKind.PeerGaveUp => new PeerGaveUp(observation, detectedAt),
        LossKind.HandshakeFailed => new HandshakeFailed(observation, detectedAt),
        LossKind.PeerNotLiveness => new PeerNotLiveness(observation, detectedAt),
        LossKind.ProtocolViolated => new ProtocolViolated(observation, detectedAt),
        LossKind.TransportFailed => new TransportFailed(observation, detectedAt),
        LossKind.BoundExceeded => new BoundExceeded(observation, detectedAt),
        LossKind.CloseTimedOut => new CloseTimedOut(observation, detectedAt),
        _ => throw new ArgumentException($"No loss type for {observation.Kind}.", nameof(observation)),
    };
}
