using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Liveness;

/// <summary>Windows' TCP_INFO_v0 and TCP_INFO_v1 (mstcpip.h), by SIO_TCP_INFO: Windows 10 version 1703, Server 2016 and later.</summary>
internal static class WindowsTcpInfo
{
    public const int SizeOfVersion0 = 88;
    public const int SizeOfVersion1 = 136;

    private const int TcpInfoIoctl = unchecked((int)0xD8000027);

    private static readonly byte[] s_version0 = [0, 0, 0, 0];
    private static readonly byte[] s_version1 = [1, 0, 0, 0];

    /// <summary>Set once this system has refused version 1: an exception for every snapshot would be too dear.</summary>
    private static volatile bool s_lacksVersion1;

    [ThreadStatic]
    private static byte[]? s_buffer0;

    [ThreadStatic]
    private static byte[]? s_buffer1;

    /// <exception cref="SocketException">The socket is not TCP, or this Windows has no such ioctl.</exception>
    public static ReadOnlySpan<byte> Read(Socket socket)
    {
        if (!s_lacksVersion1)
        {
            try
            {
                byte[] newer = s_buffer1 ??= new byte[SizeOfVersion1];
                return newer.AsSpan(0, socket.IOControl(TcpInfoIoctl, s_version1, newer));
            }
            catch (SocketException failure) when (failure.SocketErrorCode == SocketError.InvalidArgument)
            {
                s_lacksVersion1 = true;
            }
        }

        byte[] older = s_buffer0 ??= new byte[SizeOfVersion0];
        return older.AsSpan(0, socket.IOControl(TcpInfoIoctl, s_version0, older));
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
