namespace Liveness;

/// <summary>
/// What is known of a connection at one moment. Every nullable property is null where it is not measured yet, or cannot be in this mode.
/// </summary>
/// <remarks>Ages exclude the time in which this process itself could not run. Properties may be added in minor versions.</remarks>
public sealed class ConnectionSnapshot
{
    /// <summary>The state at that moment.</summary>
    public LivenessState State { get; init; }

    /// <summary>The conditions at that moment.</summary>
    public ConnectionConditions Conditions { get; init; }

    /// <summary>
    /// The silence that this connection allows now: (missed beats + 1) times the receive interval. <see cref="Timeout.InfiniteTimeSpan"/> =
    /// not limited.
    /// </summary>
    public TimeSpan? Bound { get; init; }

    /// <summary>Time since the last received byte.</summary>
    public TimeSpan? Silence { get; init; }

    /// <summary>Time since the newest of our beats that the peer has echoed was handed to the transport.</summary>
    public TimeSpan? OutboundAge { get; init; }

    /// <summary>For how long the peer had heard nothing from us when it made its newest beat, as it said itself.</summary>
    public TimeSpan? PeerHeardUsAgo { get; init; }

    /// <summary>How far the peer's thread pool was behind, as its newest beat said.</summary>
    public TimeSpan? PeerLag { get; init; }

    /// <summary>The newest measured round trip.</summary>
    public TimeSpan? RoundTrip { get; init; }

    /// <summary>The shortest round trip measured so far.</summary>
    public TimeSpan? MinRoundTrip { get; init; }

    /// <summary>How often we expect to hear the peer: the agreed interval.</summary>
    public TimeSpan? ReceiveInterval { get; init; }

    /// <summary>How often we send a beat: the agreed interval, before jitter.</summary>
    public TimeSpan? SendInterval { get; init; }

    /// <summary>How long this process could not run since the last received byte; already subtracted from <see cref="Silence"/>.</summary>
    public TimeSpan? OwnPauses { get; init; }

    /// <summary>Beats sent so far, probes and answers included.</summary>
    public long? BeatsSent { get; init; }

    /// <summary>Beats received so far, probes and answers included.</summary>
    public long? BeatsReceived { get; init; }

    /// <summary>Probes sent so far: beats that ask for an answer at once, or pings of your own protocol.</summary>
    public long? ProbesSent { get; init; }

    /// <summary>Payload bytes handed to the transport so far.</summary>
    public long? BytesSent { get; init; }

    /// <summary>Payload bytes received so far.</summary>
    public long? BytesReceived { get; init; }

    /// <summary>Payload bytes that the peer has received from us, as its newest beat said.</summary>
    public long? PeerReceivedBytes { get; init; }

    /// <summary>Payload bytes that the peer's application has taken, as its newest beat said.</summary>
    public long? PeerConsumedBytes { get; init; }

    /// <summary>Payload bytes that were received and wait for our own application to read them.</summary>
    public long? UnreadBytes { get; init; }

    /// <summary>The present window, in bytes: what the peer may have under way or unread here at most, once what was granted before is
    /// used.
    /// It begins at <see cref="HeartbeatOptions.ReceiveWindow"/>, grows while bulk data flows, and goes back when none does.</summary>
    public long? ReceiveWindow { get; init; }

    /// <summary>How often our kernel has taken another path for what it sends, after retransmission timeouts, and the connection has lived
    /// on: over IPv6 each timeout draws a flow label, by which routers choose among equal paths (ECMP). Looked at once within the bound.
    /// Null where there is no such thing (IPv4), or the kernel does not tell (Linux 6.2 does).</summary>
    public long? PathChanges { get; init; }

    /// <summary>One line for a person. Not for parsing: its wording may change.</summary>
    public override string ToString() => SnapshotText.Of(this);

    /// <summary>The same text in the logs of both ends: the exclusive-or of both endpoint ids, as 32 hexadecimal digits.</summary>
    public string? IncidentId { get; init; }
}
