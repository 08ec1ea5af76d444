namespace Liveness.KeepAlive;

/// <summary>What became of one setting. Members may be added in minor versions.</summary>
public enum TcpKeepAliveStatus
{
    /// <summary>Not asked for, or not reached because an earlier setting failed: the socket has what it had.</summary>
    LeftAlone = 0,

    /// <summary>Set, and where the platform can be asked, read back as asked for.</summary>
    Applied = 1,

    /// <summary>This platform, or this kind of socket, has no such setting.</summary>
    Unsupported = 2,

    /// <summary>The kernel refused the value, or took another one.</summary>
    Failed = 3,

    /// <summary>
    /// Not set because the socket is not connected: setting it now would keep .NET from trying a second address. Apply again after
    /// connecting.
    /// </summary>
    Deferred = 4,

    /// <summary>Was set, and was put back because another setting failed.</summary>
    RolledBack = 5,
}
