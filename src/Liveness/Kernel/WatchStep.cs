namespace Liveness.Kernel;

/// <summary>What a look at a socket asks of whoever looks.</summary>
[Flags]
internal enum WatchStep
{
    None = 0,

    /// <summary>State or conditions are not what they were.</summary>
    Changed = 1,

    /// <summary>The kernel should have given up by now: is our own network down?</summary>
    CheckNetwork = 2,

    /// <summary>The peer has closed its side.</summary>
    Closed = 4,

    /// <summary>The kernel has given the connection up: to be judged.</summary>
    Died = 8,

    /// <summary>The kernel does not tell any more: that is neither life nor death, and the socket itself is asked.</summary>
    Unseen = 16,
}
