using Liveness.KeepAlive;

namespace Liveness;

/// <summary>What the transport beneath a connection can tell at one moment; null = it cannot tell.</summary>
/// <param name="Available">Bytes that wait unread in our own socket.</param>
/// <param name="HidesCompletedReads">True where received bytes may already sit in a completed read whose continuation the thread pool has
/// not run (pipes, TLS, completion ports); false where they stay visible in the kernel until we fetch them.</param>
/// <param name="ReadNotParsed">A read of ours has completed and its bytes are not parsed yet.</param>
/// <param name="Kernel">What the kernel knows of the TCP connection.</param>
internal readonly record struct WitnessReading(
    long? Available, bool HidesCompletedReads, bool ReadNotParsed, TcpInfoSnapshot? Kernel = null)
{
    /// <summary>Whether the interface with our own address is down; null = nobody has looked.</summary>
    public bool? LocalNetworkIsDown { get; init; }

    /// <summary>What lies between the kernel and us hands bytes on only when a whole record is there.</summary>
    public bool HoldsBackRecords { get; init; }

    /// <summary>Received behind a hole, in all: segments, or bytes where the platform counts those.</summary>
    public long? OutOfOrder => Kernel?.OutOfOrderSegments ?? Kernel?.OutOfOrderBytes;

    /// <summary>
    /// How long ago the kernel received a byte that we may not see yet. With bytes unread, it is our own reader that is asked first.
    /// </summary>
    public TimeSpan? HeldBackHeardAgo => HoldsBackRecords && Available is 0 or null ? Kernel?.SinceDataReceived : null;
}
