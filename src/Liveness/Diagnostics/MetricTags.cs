namespace Liveness.Diagnostics;

/// <summary>The tags of the metrics: few, stable values, none of them from a peer.</summary>
internal static class MetricTags
{
    public const string ConnectionName = "liveness.connection.name";
    public const string Mode = "liveness.mode";
    public const string Diagnosis = "liveness.diagnosis";
    public const string ErrorType = "error.type";

    public static string Text(ConnectionMode mode) => mode switch
    {
        ConnectionMode.InBand => "in_band",
        ConnectionMode.SideChannel => "side_channel",
        ConnectionMode.KernelOnly => "kernel_only",
        ConnectionMode.ProtocolPing => "protocol_ping",
        ConnectionMode.Side => "side",
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "No text for this mode."),
    };

    public static string Text(LossDiagnosis diagnosis) => diagnosis switch
    {
        Liveness.LossDiagnosis.Unknown => "unknown",
        Liveness.LossDiagnosis.PeerUnresponsive => "peer_unresponsive",
        Liveness.LossDiagnosis.PeerHostOrPathDead => "peer_host_or_path_dead",
        Liveness.LossDiagnosis.PathDeadOutbound => "path_dead_outbound",
        Liveness.LossDiagnosis.PathDeadInbound => "path_dead_inbound",
        Liveness.LossDiagnosis.PeerNotReading => "peer_not_reading",
        Liveness.LossDiagnosis.PeerClosed => "peer_closed",
        Liveness.LossDiagnosis.PeerRestarted => "peer_restarted",
        Liveness.LossDiagnosis.PeerForgot => "peer_forgot",
        Liveness.LossDiagnosis.PeerGaveUp => "peer_gave_up",
        Liveness.LossDiagnosis.LocalNetworkDown => "local_network_down",
        Liveness.LossDiagnosis.WePaused => "we_paused",
        Liveness.LossDiagnosis.OurReaderStuck => "our_reader_stuck",
        Liveness.LossDiagnosis.WeClosed => "we_closed",
        Liveness.LossDiagnosis.ResetOnTheWay => "reset_on_the_way",
        Liveness.LossDiagnosis.NotOurProtocol => "not_our_protocol",
        Liveness.LossDiagnosis.ProtocolBroken => "protocol_broken",
        Liveness.LossDiagnosis.NoCommonVersion => "no_common_version",
        Liveness.LossDiagnosis.PathLossy => "path_lossy",
        Liveness.LossDiagnosis.PeerTooSlow => "peer_too_slow",
        _ => throw new ArgumentOutOfRangeException(nameof(diagnosis), diagnosis, "No text for this diagnosis."),
    };
}
