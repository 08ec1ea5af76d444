namespace Liveness;

/// <summary>Conditions of a connection that has not ended. None of them is a loss, and none leads to a loss by itself.</summary>
[Flags]
public enum ConnectionConditions
{
    /// <summary>No condition applies.</summary>
    None = 0,

    /// <summary>
    /// The peer's application has not read any of the bytes that wait for it for a long time. The condition is also raised when both ends
    /// write and neither reads.
    /// </summary>
    PeerNotConsuming = 1,

    /// <summary>The thread pool or the reader of this process is late, so silence doesn't count against the peer.</summary>
    WeAreBehind = 2,

    /// <summary>
    /// A side channel watches this connection, and the peer's host doesn't confirm it at present: it is not registered there, it is behind
    /// a NAT or a proxy, or the side connection is down. Only this end's kernel can report its loss.
    /// </summary>
    Unvouched = 4,

    /// <summary>The side connection is down and being rebuilt.</summary>
    SideDown = 8,

    /// <summary>A beat that is due can't be handed to the transport at present.</summary>
    WriteStuck = 16,

    /// <summary>Bytes arrive from the peer, but written bytes have not been acknowledged for a long time (usually half of the bound): the
    /// outbound path is dead, or lets only small segments through. The condition is not raised while the peer's buffers are full, which is
    /// <see cref="PeerNotConsuming"/>. It ends with the first acknowledged byte.</summary>
    DataUnacknowledged = 32,
}
