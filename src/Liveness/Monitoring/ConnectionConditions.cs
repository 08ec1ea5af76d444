namespace Liveness;

/// <summary>What else is to be said of a connection that has not ended. None of these is a loss, and none leads to one by itself.</summary>
[Flags]
public enum ConnectionConditions
{
    /// <summary>Nothing to say.</summary>
    None = 0,

    /// <summary>
    /// The peer's application has taken none of the bytes that wait for it for a long time; also raised where both ends write and neither
    /// reads.
    /// </summary>
    PeerNotConsuming = 1,

    /// <summary>Our own thread pool or reader is behind: silence is not held against the peer.</summary>
    WeAreBehind = 2,

    /// <summary>
    /// A side channel watches this connection, and nobody at the peer's host vouches for it at present: not registered there, behind a NAT
    /// or a proxy, or the side connection is down. Its own kernel's word decides.
    /// </summary>
    Unvouched = 4,

    /// <summary>The side connection is down and being rebuilt.</summary>
    SideDown = 8,

    /// <summary>A heartbeat that is due cannot be handed to the transport at present.</summary>
    WriteStuck = 16,

    /// <summary>The peer is heard, but what was written to it has not been acknowledged for a long time (half of the bound, as a rule): the
    /// way out is dead, or lets small segments through only.
    /// Not raised while the peer's buffers are full, which is <see cref="PeerNotConsuming"/>. It ends with the first byte that is
    /// acknowledged.</summary>
    DataUnacknowledged = 32,
}
