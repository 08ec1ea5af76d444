namespace Liveness;

/// <summary>Which diagnosis a kind of loss may carry: the contract that <see cref="DiagnosisRules"/> stays within.</summary>
internal static class DiagnosisTable
{
    public static bool Allows(LossKind kind, Diagnosis diagnosis) => kind switch
    {
        LossKind.HeartbeatTimedOut => diagnosis is Diagnosis.PeerUnresponsive or Diagnosis.PeerHostOrPathDead or Diagnosis.PathDeadOutbound
            or Diagnosis.PathDeadInbound or Diagnosis.LocalNetworkDown or Diagnosis.PathLossy,
        LossKind.OutboundDead => diagnosis is Diagnosis.PathDeadOutbound or Diagnosis.PeerNotReading or Diagnosis.PathLossy,
        LossKind.KeepAliveTimedOut => diagnosis is Diagnosis.PeerHostOrPathDead or Diagnosis.PeerNotReading or Diagnosis.PathDeadOutbound
            or Diagnosis.PathDeadInbound or Diagnosis.LocalNetworkDown,
        LossKind.ConnectionReset => diagnosis
            is Diagnosis.PeerClosed or Diagnosis.WePaused or Diagnosis.PeerGaveUp or Diagnosis.PathDeadOutbound
            or Diagnosis.PathLossy or Diagnosis.ResetOnTheWay,
        LossKind.ClosedWithoutGoodbye => diagnosis is Diagnosis.PeerClosed or Diagnosis.WePaused,
        LossKind.NetworkUnreachable => diagnosis is Diagnosis.LocalNetworkDown or Diagnosis.PeerHostOrPathDead,
        LossKind.SideSilent => diagnosis is Diagnosis.PeerHostOrPathDead or Diagnosis.PeerUnresponsive or Diagnosis.LocalNetworkDown,
        LossKind.PeerDenied => diagnosis is Diagnosis.PeerForgot or Diagnosis.PeerRestarted or Diagnosis.PeerGaveUp,
        LossKind.PeerGaveUp => diagnosis is Diagnosis.PeerGaveUp or Diagnosis.WePaused or Diagnosis.PeerClosed
            or Diagnosis.PathDeadOutbound or Diagnosis.PathDeadInbound or Diagnosis.PathLossy,
        LossKind.HandshakeFailed => diagnosis is Diagnosis.Unknown or Diagnosis.NoCommonVersion,
        LossKind.PeerNotLiveness => diagnosis is Diagnosis.NotOurProtocol,
        LossKind.ProtocolViolated => diagnosis is Diagnosis.ProtocolBroken,
        LossKind.CloseTimedOut => diagnosis is Diagnosis.Unknown or Diagnosis.PeerNotReading
            || Allows(LossKind.HeartbeatTimedOut, diagnosis),
        LossKind.TransportFailed => diagnosis is Diagnosis.Unknown or Diagnosis.OurReaderStuck or Diagnosis.WeClosed,
        LossKind.BoundExceeded => diagnosis is Diagnosis.PeerTooSlow,
        _ => false,
    };
}
