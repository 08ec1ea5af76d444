namespace Liveness.WorksWith.Tests.Worker;

/// <summary>How a client is watched.</summary>
internal enum Way
{
    /// <summary>As its package brings it.</summary>
    Without,

    /// <summary>By the kernel.</summary>
    Kernel,

    /// <summary>By a heartbeat inside the connection, which ends at a bridge beside the server.</summary>
    InBand,
}
