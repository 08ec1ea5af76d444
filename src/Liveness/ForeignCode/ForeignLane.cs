namespace Liveness;

/// <summary>What kind of code of others is called. Lanes do not wait for each other.</summary>
internal enum ForeignLane
{
    /// <summary>
    /// Handlers of events, callbacks of tokens, what is measured at an end: they learn of what has happened, and nothing of ours waits for
    /// them.
    /// </summary>
    Handlers,

    /// <summary>Log lines. At most one call for each logger.</summary>
    Lines,

    /// <summary>What listeners of metrics are told while connections live. At most one call for each meter.</summary>
    Measurements,

    /// <summary>
    /// The telling of an end that was judged. Our own work, short and without waiting; but a pool that code of others starves must not hold
    /// a verdict back.
    /// </summary>
    Ends,

    /// <summary>
    /// The looks and rounds of what watches sockets by the thousand: as the ends, but one may take some tenths of a second.
    /// </summary>
    Looks,

    /// <summary>What a connection asks to be done: pings, cutting off, letting go of a stream. It must not stand behind handlers.</summary>
    Calls,
}
