using System.Net;
using System.Net.Sockets;

namespace Liveness;

/// <summary>What the other end of a socket is called.</summary>
internal static class RemoteName
{
    /// <summary>Null where the socket is not connected, or no longer: whoever uses it will say so.</summary>
    public static EndPoint? Of(Socket? socket)
    {
        try
        {
            return socket?.RemoteEndPoint;
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    public static string? Text(EndPoint? endPoint) => endPoint switch
    {
        IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped => new IPEndPoint(Unmapped(mapped.Address), mapped.Port).ToString(),
        _ => endPoint?.ToString(),
    };

    /// <summary>A socket for both families shows an IPv4 address in the dress of IPv6.</summary>
    public static IPAddress Unmapped(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
