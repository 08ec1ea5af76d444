namespace Liveness.Diagnostics;

/// <summary>By what a connection is watched: the tag <c>liveness.mode</c>.</summary>
internal enum ConnectionMode
{
    /// <summary>A heartbeat inside the connection.</summary>
    InBand,

    /// <summary>A data connection that a side channel watches.</summary>
    SideChannel,

    /// <summary>The kernel alone.</summary>
    KernelOnly,

    /// <summary>The application's own protocol.</summary>
    ProtocolPing,

    /// <summary>A side connection itself: no connection of the user's.</summary>
    Side,
}
