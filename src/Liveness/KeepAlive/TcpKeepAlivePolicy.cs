namespace Liveness.KeepAlive;

/// <summary>What becomes of settings that this platform or this socket does not take.</summary>
public enum TcpKeepAlivePolicy
{
    /// <summary>
    /// All or nothing: the first setting that can't be put in force undoes those before it, and a <see cref="TcpKeepAliveException"/> says
    /// which and why.
    /// </summary>
    Require = 0,

    /// <summary>What can be set is set, and the <see cref="TcpKeepAliveResult"/> says of every setting what became of it.</summary>
    BestEffort = 1,
}
