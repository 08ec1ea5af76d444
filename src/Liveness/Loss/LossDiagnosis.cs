namespace Liveness;

/// <summary>What a loss most likely means. How sure that is says <see cref="ConnectionLoss.Certainty"/>.</summary>
/// <remarks>Values may be added in minor versions: keep a default arm.</remarks>
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
    /// This process could not run for so long (suspended, starved, stopped in a debugger) that the peer had to take it for dead.
    /// </summary>
    WePaused,

    /// <summary>Bytes of the peer wait on our side, and our own reading does not get to them.</summary>
    OurReaderStuck,

    /// <summary>The other end does not speak this protocol.</summary>
    NotOurProtocol,

    /// <summary>
    /// What arrived breaks the protocol. Whose fault that is can't be told from here: the peer's, or that of something else that writes
    /// into the stream.
    /// </summary>
    ProtocolBroken,

    /// <summary>Both ends speak this protocol, and no version in common.</summary>
    NoCommonVersion,

    /// <summary>
    /// The path loses segments, and lost too many in a row for a beat to get through within the bound. The peer may well live.
    /// </summary>
    PathLossy,

    /// <summary>The peer lives, and will not beat as often as <see cref="HeartbeatOptions.RequireBound"/> asks.</summary>
    PeerTooSlow,

    /// <summary>
    /// Code of this process closed the socket or stream beneath the connection: no deed of the peer. Close the connection itself instead.
    /// </summary>
    WeClosed,

    /// <summary>
    /// Something on the way reset the connection (a firewall, a load balancer, an idle limit): the peer's host, asked over the side
    /// channel, still has it.
    /// </summary>
    ResetOnTheWay,
}
