namespace Liveness.Presence.Tests.Stores;

/// <summary>The stores that all obey the same rules.</summary>
public enum StoreKind
{
    /// <summary>In the memory of the process.</summary>
    Memory = 0,

    /// <summary>Garnet, in the process of the test.</summary>
    Garnet,

    /// <summary>redis-server, a process of its own.</summary>
    Redis,
}
