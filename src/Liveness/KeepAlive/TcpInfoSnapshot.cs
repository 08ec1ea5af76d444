using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Liveness.KeepAlive;

/// <summary>What the kernel knows about a TCP connection at one moment: Linux TCP_INFO, Windows SIO_TCP_INFO, macOS TCP_CONNECTION_INFO, in
/// one set of names. A property is null if this platform, or this version of it, doesn't report it.</summary>
/// <remarks>
/// Taking one costs a system call and allocates nothing. Through a proxy it speaks of the next hop only. Linux' layout was checked against
/// a running kernel; the others against their headers only.
/// </remarks>
public readonly record struct TcpInfoSnapshot
{
    /// <summary>The connection's state; <see cref="TcpState.Unknown"/> for numbers that are not in the table.</summary>
    public TcpState State { get; init; }

    /// <summary>Consecutive retransmission timeouts without an answer (Linux).</summary>
    public int? Retransmits { get; init; }

    /// <summary>Probes without an answer: of keepalive, or of a closed window (Linux).</summary>
    public int? UnansweredProbes { get; init; }

    /// <summary>
    /// How often the retransmission or probe timeout has been doubled (Linux). Positive with <see cref="UnansweredProbes"/> = 0 means that
    /// the peer's window is closed.
    /// </summary>
    public int? Backoff { get; init; }

    /// <summary>The present retransmission timeout (Linux; macOS: zero where no timer runs).</summary>
    public TimeSpan? RetransmissionTimeout { get; init; }

    /// <summary>The smoothed round trip.</summary>
    public TimeSpan? RoundTrip { get; init; }

    /// <summary>By how much the round trip varies.</summary>
    public TimeSpan? RoundTripVariation { get; init; }

    /// <summary>The shortest round trip (Linux: of the last minutes).</summary>
    public TimeSpan? MinRoundTrip { get; init; }

    /// <summary>Time since data was last sent (Linux).</summary>
    public TimeSpan? SinceDataSent { get; init; }

    /// <summary>Time since data was last received; of a connection that never received any, its age (Linux).</summary>
    public TimeSpan? SinceDataReceived { get; init; }

    /// <summary>Time since an acknowledgement was last received, the answers to keepalive probes included (Linux).</summary>
    public TimeSpan? SinceAckReceived { get; init; }

    /// <summary>Segments sent and not acknowledged (Linux).</summary>
    public long? UnacknowledgedSegments { get; init; }

    /// <summary>Bytes sent and not acknowledged (Windows).</summary>
    public long? BytesInFlight { get; init; }

    /// <summary>Bytes written and not sent yet (Linux 4.6).</summary>
    public long? UnsentBytes { get; init; }

    /// <summary>
    /// Bytes written and not acknowledged, sent or not (macOS; Linux 4.19, computed: exact at the accepting end, up to one less at the
    /// connecting end).
    /// </summary>
    public long? SendQueueBytes { get; init; }

    /// <summary>
    /// Bytes sent, retransmissions included where <see cref="BytesRetransmitted"/> counts them (Linux 4.19, Windows, macOS).
    /// </summary>
    public long? BytesSent { get; init; }

    /// <summary>Bytes sent again (Linux 4.19, Windows, macOS).</summary>
    public long? BytesRetransmitted { get; init; }

    /// <summary>Bytes acknowledged by the next hop (Linux 4.1); the connecting end counts one more.</summary>
    public long? BytesAcknowledged { get; init; }

    /// <summary>Bytes received in order, read or not (Linux 4.1, Windows; macOS: what came twice counts twice).</summary>
    public long? BytesReceived { get; init; }

    /// <summary>Segments sent, of every kind (Linux 4.2, macOS).</summary>
    public long? SegmentsSent { get; init; }

    /// <summary>
    /// Segments received, of every kind: answers to probes count (Linux 4.2). macOS' count leaves out what its fast path takes, and resets:
    /// null there.
    /// </summary>
    public long? SegmentsReceived { get; init; }

    /// <summary>Segments sent again, in all (Linux, macOS).</summary>
    public long? SegmentsRetransmitted { get; init; }

    /// <summary>Segments received behind a hole, in all (Linux 5.4).</summary>
    public long? OutOfOrderSegments { get; init; }

    /// <summary>Bytes received behind a hole, in all (Windows, macOS).</summary>
    public long? OutOfOrderBytes { get; init; }

    /// <summary>How often the connection fell into retransmission timeouts (Linux 6.7, Windows).</summary>
    public long? TimeoutEpisodes { get; init; }

    /// <summary>
    /// Retransmission timeouts, in all, each of an episode and those of the handshake counted; goes back to zero after 65,535 (Linux 6.7).
    /// </summary>
    public long? RetransmissionTimeouts { get; init; }

    /// <summary>How often the kernel has drawn another hash for what it sends, mostly after a retransmission timeout; those of the
    /// handshake count (Linux 6.2).
    /// Over IPv6 the flow label follows it, and with it the path, where routers have several; over IPv4 no path does.</summary>
    public long? PathRehashes { get; init; }

    /// <summary>What the peer is ready to take: zero = its application does not read (Linux 5.4, Windows, macOS).</summary>
    public long? PeerWindowBytes { get; init; }

    /// <summary>What we are ready to take (Linux 6.2, Windows, macOS).</summary>
    public long? OwnWindowBytes { get; init; }

    /// <summary>The largest segment that is sent.</summary>
    public int? SegmentSizeBytes { get; init; }

    /// <summary>How long sending was held up by the peer's window, in all (Linux 4.10, Windows).</summary>
    public TimeSpan? LimitedByPeerWindow { get; init; }

    /// <summary>The newest measured rate of delivery (Linux 4.9).</summary>
    public long? DeliveryBytesPerSecond { get; init; }

    /// <summary>Takes a snapshot.</summary>
    /// <returns>False where the socket is closed or not TCP, the platform has no such thing, a sandbox refuses it, or answers with zeros
    /// that no TCP could tell of a connection.
    /// That says nothing of the connection, and changes nothing at the socket.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    public static bool TryRead(Socket socket, out TcpInfoSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(socket);
        return TcpInfoReader.Read(socket, out snapshot) == SocketReading.Taken;
    }
}
