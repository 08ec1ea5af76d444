namespace Liveness;

/// <summary>What a loss most likely means. <see cref="ConnectionLoss.Certainty"/> says how sure that is.</summary>
/// <remarks>Minor versions may add values, so keep a default arm.</remarks>
public enum LossDiagnosis
{
    /// <summary>The evidence does not single out a cause.</summary>
    Unknown = 0,

    /// <summary>The next hop acknowledges our bytes, but the peer's process does not answer: hung, stopped, or dead behind a proxy. A path
    /// that lets none of its large segments through looks the same from here; the other end knows then
    /// (<see cref="ConnectionConditions.DataUnacknowledged"/>).</summary>
    PeerUnresponsive,

    /// <summary>The peer's host or the network path to it is dead. From one end the two cannot be told apart.</summary>
    PeerHostOrPathDead,

    /// <summary>What we send no longer reaches the peer.</summary>
    PathDeadOutbound,

    /// <summary>What the peer sends no longer reaches us.</summary>
    PathDeadInbound,

    /// <summary>The peer's host lives, but takes no more bytes from us.</summary>
    PeerNotReading,

    /// <summary>The peer's application closed the connection, or its process ended.</summary>
    PeerClosed,

    /// <summary>The peer's process ended and another one took its place.</summary>
    PeerRestarted,

    /// <summary>The peer's host lives and no longer knows this connection.</summary>
    PeerForgot,

    /// <summary>The peer gave this connection up, as it said itself.</summary>
    PeerGaveUp,

    /// <summary>Our own network interface or route is gone.</summary>
    LocalNetworkDown,

    /// <summary>
    /// This process could not run for so long (suspended, starved, stopped in a debugger) that the peer judged it dead.
    /// </summary>
    WePaused,

    /// <summary>Bytes of the peer wait at this end, and the reading of this process doesn't get to them.</summary>
    OurReaderStuck,

    /// <summary>The other end does not speak this protocol.</summary>
    NotOurProtocol,

    /// <summary>
    /// The received bytes break the protocol. The cause may be the peer, or something else that writes into the stream.
    /// </summary>
    ProtocolBroken,

    /// <summary>Both ends speak this protocol, but have no version in common.</summary>
    NoCommonVersion,

    /// <summary>
    /// The path loses segments, and lost so many in a row that no beat arrived within the bound. The peer may well be alive.
    /// </summary>
    PathLossy,

    /// <summary>The peer lives, but won't beat as often as <see cref="HeartbeatOptions.RequireBound"/> asks.</summary>
    PeerTooSlow,

    /// <summary>
    /// Code of this process closed the socket or stream beneath the connection, so the peer is not the cause. Close the connection itself
    /// instead.
    /// </summary>
    WeClosed,

    /// <summary>
    /// Something on the way reset the connection (a firewall, a load balancer, an idle limit): the peer's host, asked over the side
    /// channel, still has it.
    /// </summary>
    ResetOnTheWay,
}
