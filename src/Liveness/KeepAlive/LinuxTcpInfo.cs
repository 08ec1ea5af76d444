using System.Net.NetworkInformation;

namespace Liveness.KeepAlive;

/// <summary>Linux' struct tcp_info (linux/tcp.h): it only ever grows at its end.</summary>
internal static class LinuxTcpInfo
{
    public const int Level = 6;
    public const int Option = 11;

    /// <summary>As of 6.18.</summary>
    public const int Size = 280;

    /// <summary>No round trip measured yet.</summary>
    private const uint NoMinRoundTrip = uint.MaxValue;

    public static bool TryParse(ReadOnlySpan<byte> info, out TcpInfoSnapshot snapshot)
    {
        TcpInfoBytes bytes = new(info);
        if (bytes.U8(0) is not { } state)
        {
            snapshot = default;
            return false;
        }

        long? unsent = bytes.U32(144);
        long? acknowledged = bytes.U64(120);
        long? sent = bytes.U64(200);
        long? again = bytes.U64(208);
        snapshot = new TcpInfoSnapshot
        {
            State = StateOf(state),
            Retransmits = bytes.U8(2),
            UnansweredProbes = bytes.U8(3),
            Backoff = bytes.U8(4),
            RetransmissionTimeout = bytes.Microseconds(8),
            SegmentSizeBytes = bytes.I32(16),
            UnacknowledgedSegments = bytes.U32(24),
            SinceDataSent = bytes.Milliseconds(44),
            SinceDataReceived = bytes.Milliseconds(52),
            SinceAckReceived = bytes.Milliseconds(56),
            RoundTrip = bytes.Microseconds(68),
            RoundTripVariation = bytes.Microseconds(72),
            SegmentsRetransmitted = bytes.U32(100),
            BytesAcknowledged = acknowledged,
            BytesReceived = bytes.U64(128),
            SegmentsSent = bytes.U32(136),
            SegmentsReceived = bytes.U32(140),
            UnsentBytes = unsent,
            MinRoundTrip = bytes.U32(148) == NoMinRoundTrip ? null : bytes.Microseconds(148),
            DeliveryBytesPerSecond = bytes.U64(160),
            LimitedByPeerWindow = bytes.LongMicroseconds(176),
            BytesSent = sent,
            BytesRetransmitted = again,

            // The connecting end's SYN counts as one acknowledged byte, and a snapshot does not know which end it is.
            SendQueueBytes = unsent + sent - again - acknowledged is { } queued ? Math.Max(0, queued) : null,
            OutOfOrderSegments = bytes.U32(224),
            PeerWindowBytes = bytes.U32(228),
            OwnWindowBytes = bytes.U32(232),
            PathRehashes = bytes.U32(236),
            RetransmissionTimeouts = bytes.U16(240),
            TimeoutEpisodes = bytes.U16(242),
        };
        return true;
    }

    /// <summary>The kernel's numbers (net/tcp_states.h).</summary>
    public static TcpState StateOf(byte state) => state switch
    {
        1 => TcpState.Established,
        2 => TcpState.SynSent,
        3 => TcpState.SynReceived,
        4 => TcpState.FinWait1,
        5 => TcpState.FinWait2,
        6 => TcpState.TimeWait,
        7 => TcpState.Closed,
        8 => TcpState.CloseWait,
        9 => TcpState.LastAck,
        10 => TcpState.Listen,
        11 => TcpState.Closing,
        _ => TcpState.Unknown,
    };
}
