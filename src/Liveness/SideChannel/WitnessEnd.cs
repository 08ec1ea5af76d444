namespace Liveness;

/// <summary>Whether the data connection's own kernel shows its end.</summary>
internal enum WitnessEnd : byte
{
    No,

    /// <summary>The peer's FIN has come. A FIN of our own is no end: the peer may go on sending.</summary>
    Fin,

    /// <summary>No connection any more: reset, given up, or closed by both.</summary>
    Dead,
}
