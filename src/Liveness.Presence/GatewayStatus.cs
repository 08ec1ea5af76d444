namespace Liveness.Presence;

/// <summary>What is known of a gateway.</summary>
/// <remarks>Minor versions may add values, so keep a default arm.</remarks>
public enum GatewayStatus
{
    /// <summary>Its lease is over. It has died, or it is cut off from the store; its connections may live.</summary>
    Silent = 0,

    /// <summary>It renews its lease, and its part of the store is whole.</summary>
    Alive,

    /// <summary>It renews its lease, and is writing its part of the store anew, because the store has lost some of it.</summary>
    Resyncing,
}
