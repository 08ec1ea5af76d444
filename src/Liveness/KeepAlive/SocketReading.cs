namespace Liveness.KeepAlive;

/// <summary>How a look at a socket came out. None of these says that the connection is lost, or that it was closed in good order.</summary>
internal enum SocketReading
{
    Taken,

    /// <summary>The kernel does not tell, although nobody has closed the socket: an older system, a sandbox, no TCP.</summary>
    Refused,

    /// <summary>The kernel answers what no TCP can know of a connection, mostly zeros: nothing of the answer is believed.</summary>
    Implausible,

    /// <summary>Its owner has closed it.</summary>
    Gone,
}
