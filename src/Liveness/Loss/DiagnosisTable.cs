namespace Liveness;

/// <summary>Which diagnosis a kind of loss may carry: the contract that <see cref="DiagnosisRules"/> stays within.</summary>
internal static class DiagnosisTable
{
    public static bool Allows(LossKind kind, LossDiagnosis diagnosis) => kind switch
    {
        LossKind.HeartbeatTimedOut => diagnosis
            is LossDiagnosis.PeerUnresponsive or LossDiagnosis.PeerHostOrPathDead or LossDiagnosis.PathDeadOutbound
            or LossDiagnosis.PathDeadInbound or LossDiagnosis.LocalNetworkDown or LossDiagnosis.PathLossy,
        LossKind.OutboundDead => diagnosis is LossDiagnosis.PathDeadOutbound or LossDiagnosis.PeerNotReading or LossDiagnosis.PathLossy,
        LossKind.KeepAliveTimedOut => diagnosis
            is LossDiagnosis.PeerHostOrPathDead or LossDiagnosis.PeerNotReading or LossDiagnosis.PathDeadOutbound
            or LossDiagnosis.PathDeadInbound or LossDiagnosis.LocalNetworkDown,
        LossKind.ConnectionReset => diagnosis
            is LossDiagnosis.PeerClosed or LossDiagnosis.WePaused or LossDiagnosis.PeerGaveUp or LossDiagnosis.PathDeadOutbound
            or LossDiagnosis.PathLossy or LossDiagnosis.ResetOnTheWay,
        LossKind.ClosedWithoutGoodbye => diagnosis is LossDiagnosis.PeerClosed or LossDiagnosis.WePaused,
        LossKind.NetworkUnreachable => diagnosis is LossDiagnosis.LocalNetworkDown or LossDiagnosis.PeerHostOrPathDead,
        LossKind.SideConnectionSilent => diagnosis
            is LossDiagnosis.PeerHostOrPathDead or LossDiagnosis.PeerUnresponsive or LossDiagnosis.LocalNetworkDown,
        LossKind.PeerDenied => diagnosis is LossDiagnosis.PeerForgot or LossDiagnosis.PeerRestarted or LossDiagnosis.PeerGaveUp,
        LossKind.PeerGaveUp => diagnosis is LossDiagnosis.PeerGaveUp or LossDiagnosis.WePaused or LossDiagnosis.PeerClosed
            or LossDiagnosis.PathDeadOutbound or LossDiagnosis.PathDeadInbound or LossDiagnosis.PathLossy,
        LossKind.HandshakeFailed => diagnosis is LossDiagnosis.Unknown or LossDiagnosis.NoCommonVersion,
        LossKind.PeerNotLiveness => diagnosis is LossDiagnosis.NotOurProtocol,
        LossKind.ProtocolViolated => diagnosis is LossDiagnosis.ProtocolBroken,
        LossKind.CloseTimedOut => diagnosis is LossDiagnosis.Unknown or LossDiagnosis.PeerNotReading
            || Allows(LossKind.HeartbeatTimedOut, diagnosis),
        LossKind.TransportFailed => diagnosis is LossDiagnosis.Unknown or LossDiagnosis.OurReaderStuck or LossDiagnosis.WeClosed,
        LossKind.BoundExceeded => diagnosis is LossDiagnosis.PeerTooSlow,
        _ => false,
    };
}
