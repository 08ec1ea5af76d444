namespace Liveness.SideChannel;

/// <summary>What the other end of a side connection says about one connection.</summary>
internal enum SideAnswer : byte
{
    /// <summary>Nothing yet. Not sent.</summary>
    None = 0,

    /// <summary>That process watches it too.</summary>
    Watched = 1,

    /// <summary>
    /// That host has it, but not that process: another one, or it is not accepted yet. Also where the host's table can't be read.
    /// </summary>
    NotYours = 2,

    /// <summary>
    /// Not an address of that host, or not for this asker: a NAT, a virtual address or a proxy in between, or somebody else's connection.
    /// </summary>
    NotMyAddress = 3,

    /// <summary>That host does not have it.</summary>
    Gone = 4,

    /// <summary>That host is closing it: its application is done with it, or its process has ended.</summary>
    Closing = 5,
}
