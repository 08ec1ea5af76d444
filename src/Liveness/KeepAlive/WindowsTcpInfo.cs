using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Liveness.KeepAlive;

/// <summary>Windows' TCP_INFO_v0 and TCP_INFO_v1 (mstcpip.h), by SIO_TCP_INFO: Windows 10 version 1703, Server 2016 and later.</summary>
internal static class WindowsTcpInfo
{
    public const int SizeOfVersion0 = 88;
    public const int SizeOfVersion1 = 136;

    private const int TcpInfoIoctl = unchecked((int)0xD8000027);

    private static readonly byte[] s_version0 = [0, 0, 0, 0];
    private static readonly byte[] s_version1 = [1, 0, 0, 0];

    /// <summary>Set once this system has refused version 1: it is not asked again.</summary>
    private static volatile bool s_lacksVersion1;

    /// <param name="info">At least <see cref="SizeOfVersion1"/>.</param>
    /// <param name="length">Of what was told.</param>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public static SocketError Ask(Socket socket, Span<byte> info, out int length)
    {
        if (!s_lacksVersion1)
        {
            SocketError error = SocketCalls.Control(socket, TcpInfoIoctl, s_version1, info[..SizeOfVersion1], out length);
            if (error != SocketError.InvalidArgument)
            {
                return error;
            }

            s_lacksVersion1 = true;
        }

        return SocketCalls.Control(socket, TcpInfoIoctl, s_version0, info[..SizeOfVersion0], out length);
    }

    public static bool TryParse(ReadOnlySpan<byte> info, out TcpInfoSnapshot snapshot)
    {
        TcpInfoBytes bytes = new(info);
        if (bytes.U32(0) is not { } state)
        {
            snapshot = default;
            return false;
        }

        snapshot = new TcpInfoSnapshot
        {
            State = StateOf(state),
            SegmentSizeBytes = bytes.I32(4),
            RoundTrip = bytes.Microseconds(20),
            MinRoundTrip = bytes.Microseconds(24),
            BytesInFlight = bytes.U32(28),
            PeerWindowBytes = bytes.U32(36),
            OwnWindowBytes = bytes.U32(40),
            BytesSent = bytes.U64(48),
            BytesReceived = bytes.U64(56),
            OutOfOrderBytes = bytes.U32(64),
            BytesRetransmitted = bytes.U32(68),
            TimeoutEpisodes = bytes.U32(80),
            LimitedByPeerWindow = bytes.Milliseconds(92),
        };
        return true;
    }

    private static TcpState StateOf(uint state) => state switch
    {
        0 => TcpState.Closed,
        1 => TcpState.Listen,
        2 => TcpState.SynSent,
        3 => TcpState.SynReceived,
        4 => TcpState.Established,
        5 => TcpState.FinWait1,
        6 => TcpState.FinWait2,
        7 => TcpState.CloseWait,
        8 => TcpState.Closing,
        9 => TcpState.LastAck,
        10 => TcpState.TimeWait,
        _ => TcpState.Unknown,
    };
}
