using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Liveness.SideChannel;

/// <summary>
/// Which TCP connection: both addresses and ports, as one of its ends sees them. Compares equal however an address was written: IPv4 is
/// mapped to IPv6, and the scope id left out.
/// </summary>
/// <param name="Local">The owner's address, as <see cref="AddressOf"/> makes it.</param>
/// <param name="Remote">The other end's address.</param>
internal readonly record struct ConnectionTuple(UInt128 Local, UInt128 Remote, ushort LocalPort, ushort RemotePort)
{
    /// <summary>On the wire.</summary>
    public const int Size = 36;

    private const int AddressSize = 16;

    public IPAddress LocalAddress => ToAddress(Local);

    public IPAddress RemoteAddress => ToAddress(Remote);

    /// <summary>False unless both are IP endpoints.</summary>
    public static bool TryCreate(EndPoint? local, EndPoint? remote, out ConnectionTuple tuple)
    {
        if (local is IPEndPoint here && remote is IPEndPoint there)
        {
            tuple = new ConnectionTuple(AddressOf(here.Address), AddressOf(there.Address), (ushort)here.Port, (ushort)there.Port);
            return true;
        }

        tuple = default;
        return false;
    }

    /// <summary>False unless it is a connection between two IP endpoints.</summary>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public static bool TryRead(Socket socket, out ConnectionTuple tuple)
    {
        if (SocketName.Read(socket, ofPeer: false) is { } local && SocketName.Read(socket, ofPeer: true) is { } remote)
        {
            tuple = new ConnectionTuple(local.Address, remote.Address, local.Port, remote.Port);
            return true;
        }

        tuple = default;
        return false;
    }

    /// <summary>An address as a number in network order, IPv4 mapped to IPv6, without the scope id.</summary>
    public static UInt128 AddressOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[AddressSize];
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            bytes[10] = bytes[11] = 0xFF;
            _ = address.TryWriteBytes(bytes[12..], out _);
        }
        else
        {
            _ = address.TryWriteBytes(bytes, out _);
        }

        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    /// <summary>The same connection as its other end sees it.</summary>
    public ConnectionTuple Swap() => new(Remote, Local, RemotePort, LocalPort);

    public override string ToString() => $"{new IPEndPoint(LocalAddress, LocalPort)}-{new IPEndPoint(RemoteAddress, RemotePort)}";

    private static IPAddress ToAddress(UInt128 number)
    {
        Span<byte> bytes = stackalloc byte[AddressSize];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        return RemoteName.Unmapped(new IPAddress(bytes));
    }
}
