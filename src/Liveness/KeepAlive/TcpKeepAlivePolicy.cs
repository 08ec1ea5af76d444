namespace Liveness.KeepAlive;

/// <summary>How settings are treated that this platform or this socket doesn't accept.</summary>
public enum TcpKeepAlivePolicy
{
    /// <summary>
    /// All settings are applied or none. The first setting that can't be applied restores the earlier ones, and a
    /// <see cref="TcpKeepAliveException"/> says which one and why.
    /// </summary>
    Require = 0,

    /// <summary>Every setting that can be applied is applied, and the <see cref="TcpKeepAliveResult"/> tells the outcome of each.</summary>
    BestEffort = 1,
}
