namespace Liveness.KeepAlive;

/// <summary>The outcome of one setting. Minor versions may add members.</summary>
public enum TcpKeepAliveStatus
{
    /// <summary>The setting was not requested, or not reached because an earlier setting failed. The socket keeps its value.</summary>
    LeftAlone = 0,

    /// <summary>The setting is applied. If the platform can report it, it was read back as requested.</summary>
    Applied = 1,

    /// <summary>This platform or this kind of socket has no such setting.</summary>
    Unsupported = 2,

    /// <summary>The kernel refused the value, or took another one.</summary>
    Failed = 3,

    /// <summary>
    /// The setting was not applied because the socket is not connected, and .NET could then not try a second address. Apply it again after
    /// connecting.
    /// </summary>
    Deferred = 4,

    /// <summary>The setting was applied, and restored because another setting failed.</summary>
    RolledBack = 5,
}
