namespace Liveness.Testing;

/// <summary>Why one direction of a <see cref="RelayEnd"/> ended.</summary>
internal enum RelayOutcome
{
    /// <summary>FIN, passed on.</summary>
    Ended,

    /// <summary>The socket failed: the peer's RST, or our own close.</summary>
    SocketBroken,

    /// <summary>An RST came out of the network, or it refuses more bytes.</summary>
    NetworkBroken,
}
