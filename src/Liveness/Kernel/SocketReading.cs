namespace Liveness;

/// <summary>How a look at a socket came out.</summary>
internal enum SocketReading
{
    Taken,

    /// <summary>The kernel does not tell, although nobody has closed the socket.</summary>
    Refused,

    /// <summary>Its owner has closed it.</summary>
    Disposed,
}
