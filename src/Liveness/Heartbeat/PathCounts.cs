using Liveness.KeepAlive;

namespace Liveness;

/// <summary>What the kernel has counted that tells of the path.</summary>
internal readonly record struct PathCounts(long Sent, long Received, long Retransmitted, long OutOfOrder, long Timeouts, long? Rehashes)
{
    /// <summary>Nothing has ever gone wrong.</summary>
    public bool IsClean => (Retransmitted | OutOfOrder | Timeouts | (Rehashes ?? 0)) == 0;

    /// <returns>Null where the platform does not count segments.</returns>
    public static PathCounts? Of(in TcpInfoSnapshot kernel) =>
        kernel is { SegmentsSent: { } sent, SegmentsReceived: { } received, SegmentsRetransmitted: { } retransmitted }
        ? new PathCounts(
            sent, received, retransmitted, kernel.OutOfOrderSegments ?? 0, kernel.RetransmissionTimeouts ?? 0, kernel.PathRehashes)
        : null;

    /// <summary>What came to it since an earlier look. The kernel's counters have 32 bits, that of the timeouts 16.</summary>
    public PathCounts Since(in PathCounts earlier) => new(
        unchecked((uint)(Sent - earlier.Sent)),
        unchecked((uint)(Received - earlier.Received)),
        unchecked((uint)(Retransmitted - earlier.Retransmitted)),
        unchecked((uint)(OutOfOrder - earlier.OutOfOrder)),
        unchecked((ushort)(Timeouts - earlier.Timeouts)),
        Rehashes - earlier.Rehashes is { } drawn ? unchecked((uint)drawn) : null);
}
