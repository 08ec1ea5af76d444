namespace Liveness;

/// <summary>What the transport beneath a connection can tell at one moment; null = it cannot tell.</summary>
/// <param name="Available">Bytes that wait unread in our own socket.</param>
/// <param name="HidesCompletedReads">True where received bytes may already sit in a completed read whose continuation the thread pool has not run
/// (pipes, TLS, completion ports); false where they stay visible in the kernel until we fetch them.</param>
/// <param name="ReadNotParsed">A read of ours has completed and its bytes are not parsed yet.</param>
/// <param name="OutOfOrderPackets">Segments received behind a hole, in all (TCP_INFO rcv_ooopack).</param>
/// <param name="AcknowledgedBytes">Bytes that the next hop's kernel has acknowledged, in all.</param>
/// <param name="SentBytes">Bytes handed to our kernel, in all.</param>
internal readonly record struct WitnessReading(
    long? Available,
    bool HidesCompletedReads,
    bool ReadNotParsed,
    ulong? OutOfOrderPackets,
    ulong? AcknowledgedBytes,
    ulong? SentBytes);
