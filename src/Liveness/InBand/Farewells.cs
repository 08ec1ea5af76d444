namespace Liveness;

/// <summary>The last word to a peer, by what was judged: the table "loss, code, FIN or RST" of PROTOCOL.md, section 9.1.</summary>
internal static class Farewells
{
    /// <param name="kind">What was judged.</param>
    /// <param name="judgedHere">False where the transport or the peer ended the connection: nobody listens any more.</param>
    /// <returns>Null = no goodbye: the connection is only cut off.</returns>
    public static GoodbyeCode? Of(LossKind kind, bool judgedHere) => kind switch
    {
        _ when !judgedHere => null,
        LossKind.HeartbeatTimedOut => GoodbyeCode.JudgedLost,
        LossKind.OutboundDead => GoodbyeCode.OutboundDead,
        LossKind.HandshakeFailed or LossKind.BoundExceeded => GoodbyeCode.Refused,
        LossKind.ProtocolViolated => GoodbyeCode.ProtocolViolation,
        LossKind.CloseTimedOut => GoodbyeCode.CloseTimedOut,

        // Our own reader is stuck: nothing was heard, whoever's fault that is.
        LossKind.TransportFailed => GoodbyeCode.JudgedLost,
        _ => null,
    };

    /// <summary>The same for an orderly close that ends before the peer has answered it.</summary>
    /// <param name="allTaken">The peer has confirmed everything: then only its goodbye is missing, and the connection is closed without a
    /// reset.</param>
    public static GoodbyeCode? OfClose(bool allTaken) => allTaken ? null : GoodbyeCode.CloseTimedOut;
}
