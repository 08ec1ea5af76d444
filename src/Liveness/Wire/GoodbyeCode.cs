namespace Liveness;

/// <summary>Why an end says goodbye, as it travels on the wire.</summary>
public enum GoodbyeCode
{
    /// <summary>The application closed the connection: orderly.</summary>
    Done = 0,

    /// <summary>The application is shutting down: orderly.</summary>
    GoingAway = 1,

    /// <summary>The peer judged this end lost: it had heard nothing within its bound.</summary>
    JudgedLost = 2,

    /// <summary>The peer saw this end break the protocol.</summary>
    ProtocolViolation = 3,

    /// <summary>The peer refused the handshake, for example because no protocol version is common.</summary>
    Refused = 4,

    /// <summary>The peer's application aborted the connection.</summary>
    Aborted = 5,

    /// <summary>The peer heard this end, and what it sent itself did not arrive here, or did not leave.</summary>
    OutboundDead = 6,

    /// <summary>The peer's application closed the connection, the close made no progress, and the peer cut the connection off.</summary>
    CloseTimedOut = 7,
}
