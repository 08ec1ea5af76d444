namespace Liveness.Presence;

/// <summary>What has changed.</summary>
/// <remarks>Minor versions may add values, so keep a default arm.</remarks>
public enum PresenceChangeKind
{
    /// <summary>A device has come, gone, moved or been lost; <see cref="PresenceChange.Entry"/> says what is known of it now.</summary>
    Device = 0,

    /// <summary>A gateway has registered, or is heard of again after a silence. After a silence, its devices are connected as
    /// before.</summary>
    GatewayAlive,

    /// <summary>A gateway's lease is over: nobody knows whether its devices are connected.</summary>
    GatewaySilent,

    /// <summary>A gateway has stopped in good order, or was forgotten: its devices are disconnected, and not named one by one.</summary>
    GatewayGone,

    /// <summary>More has changed at a gateway than can be named one by one: list it anew. It was started again, or it has written its part
    /// of the store anew, or the watcher was too slow.</summary>
    Missed,
}
