using System.Net;
using System.Net.Sockets;

namespace Liveness;

/// <summary>What the other end of a socket is called, as it is kept by the thousand: of IPv4 in eight bytes.</summary>
internal readonly struct KeptName
{
    private const int PortBits = 16;

    /// <summary>Address and port; 0 = see <see cref="_other"/>.</summary>
    private readonly ulong _ipv4;
    private readonly EndPoint? _other;

    private KeptName(ulong ipv4, EndPoint? other)
    {
        _ipv4 = ipv4;
        _other = other;
    }

    /// <summary>Null where it is not known.</summary>
    public EndPoint? EndPoint => _ipv4 == 0
        ? _other
        : new IPEndPoint(new SocketName(((UInt128)0xFFFF << 32) | (uint)(_ipv4 >> PortBits), 0).ToAddress(), (ushort)_ipv4);

    /// <inheritdoc cref="RemoteName.Of"/>
    public static KeptName Of(Socket socket)
    {
        try
        {
            return SocketName.Read(socket, ofPeer: true) is { IsIPv4: true } name
                ? new KeptName(((ulong)(uint)name.Address << PortBits) | name.Port, other: null)
                : new KeptName(0, RemoteName.Of(socket));
        }
        catch (ObjectDisposedException)
        {
            return default;
        }
    }
}
