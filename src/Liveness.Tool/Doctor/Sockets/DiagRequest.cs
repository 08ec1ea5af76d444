using System.Net.Sockets;

namespace Liveness.Tool.Doctor;

/// <summary>The question to sock_diag: every TCP socket of one address family (linux/inet_diag.h, inet_diag_req_v2). Pure.</summary>
internal static class DiagRequest
{
    private const int HeaderSize = 16;
    private const int RequestSize = 56;
    private const ushort SockDiagByFamily = 20;
    private const ushort RequestAndDump = 0x301;
    private const byte Tcp = 6;

    /// <summary>INET_DIAG_INFO and INET_DIAG_SKMEMINFO, each as the bit of its number less one.</summary>
    private const byte Attributes = (1 << (2 - 1)) | (1 << (7 - 1));

    /// <summary>All states but TIME-WAIT and SYN-RECEIVED, of which nothing is to be said, and CLOSE.</summary>
    private const uint States = 0xFFE & ~(1u << 6) & ~(1u << 3) & ~(1u << 7);

    private const byte FamilyV4 = 2;
    private const byte FamilyV6 = 10;

    public static byte[] Create(AddressFamily family, uint sequence)
    {
        byte[] request = new byte[HeaderSize + RequestSize];
        Span<byte> header = request;
        WriteNative(header, HeaderSize + RequestSize);
        BitConverter.TryWriteBytes(header[4..], SockDiagByFamily);
        BitConverter.TryWriteBytes(header[6..], RequestAndDump);
        WriteNative(header[8..], sequence);
        Span<byte> body = header[HeaderSize..];
        body[0] = family == AddressFamily.InterNetworkV6 ? FamilyV6 : FamilyV4;
        body[1] = Tcp;
        body[2] = Attributes;
        WriteNative(body[4..], States);
        return request;
    }

    private static void WriteNative(Span<byte> to, uint value) => BitConverter.TryWriteBytes(to, value);
}
