namespace Liveness.KeepAlive;

/// <summary>What a snapshot means, in the words of whichever platform took it.</summary>
internal static class KernelReading
{
    /// <summary>
    /// Since when nothing has come from the peer, acknowledgements and answers to probes included: the clock that keepalive goes by. Null
    /// where the platform does not tell.
    /// </summary>
    public static TimeSpan? Silence(in TcpInfoSnapshot info)
    {
        return info.SinceAckReceived is not { } acknowledged ? null
            : info.SinceDataReceived is { } data && data < acknowledged ? data
            : acknowledged;
    }

    /// <summary>Bytes were written that the peer's kernel has not acknowledged, sent or not.</summary>
    public static bool DataWaits(in TcpInfoSnapshot info)
    {
        // Linux' queue is computed from counters that go astray where our own host drops packets.
        return info.UnacknowledgedSegments is { } segments
            ? segments > 0 || info.UnsentBytes > 0
            : info.BytesInFlight > 0 || info.SendQueueBytes > 0;
    }

    /// <summary>Data waits because the peer's application does not read, and its kernel answers; not always at once: Linux answers a probe
    /// that comes within half a second of the one before (tcp_invalid_ratelimit) not at all, so one may be missed.</summary>
    public static bool WindowIsClosed(in TcpInfoSnapshot info)
    {
        bool backsOffWithNothingInFlight = info is { Backoff: > 0, UnacknowledgedSegments: 0 };
        return DataWaits(info) && (info.PeerWindowBytes == 0 || backsOffWithNothingInFlight) && info.UnansweredProbes is not > 1;
    }

    /// <summary>Grows when the peer's kernel takes what we send. Null where that can't be told.</summary>
    public static long? Taken(in TcpInfoSnapshot info) =>
        info.BytesAcknowledged ?? (info.BytesSent - info.BytesRetransmitted - (info.BytesInFlight ?? info.SendQueueBytes));

    /// <summary>Grows when something is sent again because nothing came back.</summary>
    public static long? Resent(in TcpInfoSnapshot info) =>
        info.TimeoutEpisodes + info.BytesRetransmitted ?? info.SegmentsRetransmitted ?? info.BytesRetransmitted;

    /// <summary>Segments that were sent, but for unanswered probes: the low byte is enough to see a few more. A kernel that gives keepalive
    /// up resets the connection, and so sends one more; one that is reset sends none (tcp_keepalive_timer). Null where the platform does
    /// not tell.</summary>
    public static byte? SentBesidesProbes(in TcpInfoSnapshot info) => unchecked((byte?)(info.SegmentsSent - info.UnansweredProbes));

    /// <summary>
    /// By how much more was acknowledged than data was sent: the SYN of a connecting end is one, an acknowledged FIN of ours is one more.
    /// Null where the platform does not tell.
    /// </summary>
    public static long? AcknowledgedBeyondData(in TcpInfoSnapshot info) =>
        info.BytesAcknowledged - (info.BytesSent - info.BytesRetransmitted);
}
