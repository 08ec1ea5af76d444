namespace Liveness;

/// <summary>
/// The state and the measurements of a connection at one moment. A nullable property is null if it has not been measured yet, or can't be
/// measured in this mode.
/// </summary>
/// <remarks>Ages don't include the time in which this process itself could not run. Properties may be added in minor versions.</remarks>
public sealed class ConnectionSnapshot
{
    /// <summary>The state at that moment.</summary>
    public LivenessState State { get; init; }

    /// <summary>The conditions at that moment.</summary>
    public ConnectionConditions Conditions { get; init; }

    /// <summary>
    /// The silence that this connection allows now: (missed beats + 1) times the receive interval. <see cref="Timeout.InfiniteTimeSpan"/>
    /// means no limit.
    /// </summary>
    public TimeSpan? Bound { get; init; }

    /// <summary>The time since the last received byte.</summary>
    public TimeSpan? Silence { get; init; }

    /// <summary>The age of the newest beat of this end that the peer has echoed, counted from when it was handed to the
    /// transport.</summary>
    public TimeSpan? OutboundAge { get; init; }

    /// <summary>The time for which the peer had received nothing from this end, as its newest beat said.</summary>
    public TimeSpan? PeerHeardUsAgo { get; init; }

    /// <summary>The delay of the peer's thread pool, as its newest beat said.</summary>
    public TimeSpan? PeerLag { get; init; }

    /// <summary>The newest measured round trip.</summary>
    public TimeSpan? RoundTrip { get; init; }

    /// <summary>The shortest round trip measured so far.</summary>
    public TimeSpan? MinRoundTrip { get; init; }

    /// <summary>The agreed interval at which the peer beats.</summary>
    public TimeSpan? ReceiveInterval { get; init; }

    /// <summary>The agreed interval at which this end beats, before jitter.</summary>
    public TimeSpan? SendInterval { get; init; }

    /// <summary>The time in which this process could not run since the last received byte. It is already subtracted from
    /// <see cref="Silence"/>.</summary>
    public TimeSpan? OwnPauses { get; init; }

    /// <summary>The number of beats sent so far, including probes and answers.</summary>
    public long? BeatsSent { get; init; }

    /// <summary>The number of beats received so far, including probes and answers.</summary>
    public long? BeatsReceived { get; init; }

    /// <summary>The number of probes sent so far: beats that ask for an immediate answer, or pings of your own protocol.</summary>
    public long? ProbesSent { get; init; }

    /// <summary>The number of payload bytes handed to the transport so far.</summary>
    public long? BytesSent { get; init; }

    /// <summary>The number of payload bytes received so far.</summary>
    public long? BytesReceived { get; init; }

    /// <summary>The number of payload bytes that the peer has received, as its newest beat said.</summary>
    public long? PeerReceivedBytes { get; init; }

    /// <summary>The number of payload bytes that the peer's application has read, as its newest beat said.</summary>
    public long? PeerConsumedBytes { get; init; }

    /// <summary>The number of received payload bytes that this application has not read yet.</summary>
    public long? UnreadBytes { get; init; }

    /// <summary>The current receive window in bytes: the largest number of bytes that the peer may have in flight or unread here. It starts
    /// at <see cref="HeartbeatOptions.ReceiveWindow"/>, grows during bulk transfers, and shrinks when it is idle. Credit that was granted
    /// before it shrank stays valid.</summary>
    public long? ReceiveWindow { get; init; }

    /// <summary>The number of times that the kernel of this end switched to another path after retransmission timeouts, and the connection
    /// survived. Over IPv6, each timeout draws a new flow label, by which routers choose among equal paths (ECMP). It is read once within
    /// each bound. It is null over IPv4, and where the kernel doesn't report it (Linux 6.2 does).</summary>
    public long? PathChanges { get; init; }

    /// <summary>What DetectWithin would do for this connection and all others of its name, by what they have shown so far.</summary>
    /// <value>Null where less than an hour was watched, where silence isn't judged, and in <see cref="LivenessMode.KernelOnly"/>. With a
    /// side channel it is the advice for the side connections.</value>
    public BoundAdvice? Advice { get; init; }

    /// <summary>Returns one line for a person. Don't parse it: its wording may change.</summary>
    public override string ToString() => SnapshotText.Of(this);

    /// <summary>The id of this connection that the logs of both ends share: the exclusive-or of both endpoint ids, as 32 hexadecimal
    /// digits.</summary>
    public string? IncidentId { get; init; }
}
