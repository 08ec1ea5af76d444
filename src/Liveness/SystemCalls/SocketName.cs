using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Liveness;

/// <summary>One end of a TCP connection, as the kernel names it. .NET's own properties keep what they have answered, an endpoint and an
/// address, for as long as the socket lives.</summary>
/// <param name="Address">As a number in network order, IPv4 mapped to IPv6, without the scope id.</param>
internal readonly record struct SocketName(UInt128 Address, ushort Port)
{
    private const int AddressSize = 16;
    private const int IPv4Size = 4;
    private const uint MappedPrefix = 0xFFFF;

    public bool IsIPv4 => Address >> 32 == MappedPrefix;

    public IPAddress ToAddress()
    {
        Span<byte> bytes = stackalloc byte[AddressSize];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Address);
        return new IPAddress(IsIPv4 ? bytes[^IPv4Size..] : bytes);
    }

    /// <summary>A sockaddr has the port at 2 on every system, and the address at 4 (IPv4) or at 8 (IPv6).</summary>
    /// <param name="socket">Connected.</param>
    /// <param name="ofPeer">The remote end, else the local one.</param>
    /// <returns>Null where it is no IP endpoint, or the kernel does not tell.</returns>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public static SocketName? Read(Socket socket, bool ofPeer)
    {
        const int PortAt = 2;
        const int IPv4At = 4;
        const int IPv6At = 8;
        Span<byte> named = stackalloc byte[128];
        _ = SocketCalls.GetAddress(socket, ofPeer, named, out int length);
        if (socket.AddressFamily == AddressFamily.InterNetwork && length >= IPv4At + IPv4Size)
        {
            UInt128 mapped = ((UInt128)MappedPrefix << 32) | BinaryPrimitives.ReadUInt32BigEndian(named[IPv4At..]);
            return new SocketName(mapped, BinaryPrimitives.ReadUInt16BigEndian(named[PortAt..]));
        }

        if (socket.AddressFamily == AddressFamily.InterNetworkV6 && length >= IPv6At + AddressSize)
        {
            UInt128 address = BinaryPrimitives.ReadUInt128BigEndian(named[IPv6At..]);
            return new SocketName(address, BinaryPrimitives.ReadUInt16BigEndian(named[PortAt..]));
        }

        return null;
    }
}
