using System.Diagnostics.CodeAnalysis;

namespace Liveness.Testing;

/// <summary>
/// A network between a client and a server, with faults on demand. <see cref="InMemoryLink"/> and <see cref="LoopbackRelay"/> both
/// implement it, so that one test runs over either.
/// </summary>
/// <remarks>
/// <para>
/// A fault applies to every connection over this cable: to the one of an <see cref="InMemoryLink"/>, to all that a
/// <see cref="LoopbackRelay"/> carries.
/// </para>
/// <para>
/// You can call all members from any thread, more than once, and after a dispose, when they change nothing. No member waits for an end of
/// the connection, and none throws. Reads and writes that a fault completes go on elsewhere, never inside the call.
/// </para>
/// </remarks>
public interface IFaultyCable
{
    /// <summary>The network from the client to the server: delay, jitter, rate, cut and stall of this direction alone.</summary>
    /// <value>Never null, and always the same object; a change of it takes effect at once.</value>
    LinkConditions ToServer { get; }

    /// <summary>The network from the server to the client: delay, jitter, rate, cut and stall of this direction alone.</summary>
    /// <value>Never null, and always the same object; a change of it takes effect at once.</value>
    LinkConditions ToClient { get; }

    /// <summary>
    /// Pulls the cable: nothing arrives at either end any more, neither bytes nor FIN nor RST, and both ends stay open without an error.
    /// </summary>
    /// <remarks>
    /// Bytes in flight are lost; bytes that have arrived can still be read. A cut connection stays cut forever: <see cref="Resume"/> does
    /// not mend it, and <see cref="LinkConditions.IsCut"/> set to false only lets later connections through.
    /// <see cref="LinkConditions.CutAcknowledges"/> says what a sender sees. <see cref="Reset"/> still reaches both ends.
    /// </remarks>
    void Cut();

    /// <summary>Cuts only the direction to the server, like <see cref="Cut"/>.</summary>
    void CutToServer();

    /// <summary>Cuts only the direction to the client, like <see cref="Cut"/>.</summary>
    void CutToClient();

    /// <summary>Holds both directions up, without loss, until <see cref="Resume"/>. There is no limit of time.</summary>
    void Stall();

    /// <summary>Delivers what <see cref="Stall"/> has held up. It does nothing if nothing is held up.</summary>
    [SuppressMessage("Naming", "CA1716", Justification = "No other word says it; Visual Basic writes [Resume].")]
    void Resume();

    /// <summary>
    /// Both ends get an RST at once, whatever the conditions: pending and later reads and writes fail with
    /// <see cref="System.Net.Sockets.SocketError.ConnectionReset"/>, and bytes that were not delivered are lost.
    /// </summary>
    void Reset();

    /// <summary>Both ends get a FIN, as if the other had closed: behind the bytes sent before, and not through a cut.</summary>
    void Close();
}
