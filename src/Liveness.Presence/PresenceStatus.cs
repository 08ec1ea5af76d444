namespace Liveness.Presence;

/// <summary>What is known of a device.</summary>
/// <remarks>Minor versions may add values, so keep a default arm.</remarks>
public enum PresenceStatus
{
    /// <summary>Its newest connection has ended, by a close or by a loss, or its gateway has stopped or was started again.</summary>
    Disconnected = 0,

    /// <summary>It is connected, as its gateway says.</summary>
    Connected,

    /// <summary>It was connected when its gateway was last heard of. Whether it still is, nobody knows: the gateway has died, or is cut off
    /// from the store, or is writing its part of the store anew.</summary>
    GatewaySilent,
}
