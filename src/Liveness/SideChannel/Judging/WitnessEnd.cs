namespace Liveness.SideChannel;

/// <summary>Whether the data connection's own kernel shows its end.</summary>
internal enum WitnessEnd : byte
{
    No,

    /// <summary>
    /// The peer's FIN has come, and nothing that we send is under way. A FIN of our own is no end: the peer may go on sending.
    /// </summary>
    Fin,

    /// <summary>No connection any more: reset, given up, or closed by both.</summary>
    Dead,

    /// <summary>Its owner has closed the socket.</summary>
    Gone,

    /// <summary>The kernel does not tell: that is no end. The socket itself is asked, off the scheduler's thread.</summary>
    Unseen,
}
