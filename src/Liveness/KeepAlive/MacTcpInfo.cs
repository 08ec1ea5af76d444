using System.Net.NetworkInformation;

namespace Liveness.KeepAlive;

/// <summary>macOS' struct tcp_connection_info (xnu bsd/netinet/tcp.h).</summary>
internal static class MacTcpInfo
{
    public const int Level = 6;
    public const int Option = 0x106;
    public const int Size = 112;

    public static bool TryParse(ReadOnlySpan<byte> info, out TcpInfoSnapshot snapshot)
    {
        TcpInfoBytes bytes = new(info);
        if (bytes.U8(0) is not { } state)
        {
            snapshot = default;
            return false;
        }

        snapshot = new TcpInfoSnapshot
        {
            State = StateOf(state),
            RetransmissionTimeout = bytes.Milliseconds(12),
            SegmentSizeBytes = bytes.I32(16),
            PeerWindowBytes = bytes.U32(28),
            SendQueueBytes = bytes.U32(32),
            OwnWindowBytes = bytes.U32(36),
            RoundTrip = bytes.Milliseconds(44),
            RoundTripVariation = bytes.Milliseconds(48),
            SegmentsSent = bytes.U64(56),
            BytesSent = bytes.U64(64),
            BytesRetransmitted = bytes.U64(72),

            // Not tcpi_rxpackets (80): it leaves out pure acknowledgements on the fast path, and resets (xnu bsd/netinet/tcp_input.c).
            BytesReceived = bytes.U64(88),
            OutOfOrderBytes = bytes.U64(96),
            SegmentsRetransmitted = bytes.U64(104),
        };
        return true;
    }

    private static TcpState StateOf(byte state) => state switch
    {
        0 => TcpState.Closed,
        1 => TcpState.Listen,
        2 => TcpState.SynSent,
        3 => TcpState.SynReceived,
        4 => TcpState.Established,
        5 => TcpState.CloseWait,
        6 => TcpState.FinWait1,
        7 => TcpState.Closing,
        8 => TcpState.LastAck,
        9 => TcpState.FinWait2,
        10 => TcpState.TimeWait,
        _ => TcpState.Unknown,
    };
}
