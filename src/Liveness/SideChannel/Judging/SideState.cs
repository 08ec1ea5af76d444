namespace Liveness.SideChannel;

/// <summary>How the side connection is that should vouch for a data connection.</summary>
internal enum SideState : byte
{
    /// <summary>Its heartbeat is in time.</summary>
    Alive,

    /// <summary>There was one: it is suspect, or lost and not rebuilt yet.</summary>
    Silent,

    /// <summary>None yet; or, at the accepting end, none that watches this connection.</summary>
    Never,
}
