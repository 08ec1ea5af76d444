namespace Liveness;

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

    public static string Text(Diagnosis diagnosis) => diagnosis switch
    {
        Liveness.Diagnosis.Unknown => "unknown",
        Liveness.Diagnosis.PeerUnresponsive => "peer_unresponsive",
        Liveness.Diagnosis.PeerHostOrPathDead => "peer_host_or_path_dead",
        Liveness.Diagnosis.PathDeadOutbound => "path_dead_outbound",
        Liveness.Diagnosis.PathDeadInbound => "path_dead_inbound",
        Liveness.Diagnosis.PeerNotReading => "peer_not_reading",
        Liveness.Diagnosis.PeerClosed => "peer_closed",
        Liveness.Diagnosis.PeerRestarted => "peer_restarted",
        Liveness.Diagnosis.PeerForgot => "peer_forgot",
        Liveness.Diagnosis.PeerGaveUp => "peer_gave_up",
        Liveness.Diagnosis.LocalNetworkDown => "local_network_down",
        Liveness.Diagnosis.WePaused => "we_paused",
        Liveness.Diagnosis.OurReaderStuck => "our_reader_stuck",
        Liveness.Diagnosis.WeClosed => "we_closed",
        Liveness.Diagnosis.ResetOnTheWay => "reset_on_the_way",
        Liveness.Diagnosis.NotOurProtocol => "not_our_protocol",
        Liveness.Diagnosis.ProtocolBroken => "protocol_broken",
        Liveness.Diagnosis.NoCommonVersion => "no_common_version",
        Liveness.Diagnosis.PathLossy => "path_lossy",
        Liveness.Diagnosis.PeerTooSlow => "peer_too_slow",
        _ => throw new ArgumentOutOfRangeException(nameof(diagnosis), diagnosis, "No text for this diagnosis."),
    };
}
