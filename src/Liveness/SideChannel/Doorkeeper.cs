using System.Net;
using System.Net.Sockets;

namespace Liveness;

/// <summary>How many strangers may stand at the door: side connections that have not proved themselves yet, in all and from one address. Not thread-safe.</summary>
internal sealed class Doorkeeper(int most, int mostPerAddress)
{
    private readonly Dictionary<UInt128, int> _perAddress = [];
    private int _count;

    /// <returns>Null = come in, and <see cref="Leave"/> later; otherwise why not.</returns>
    public string? Enter(IPAddress address)
    {
        UInt128 key = KeyOf(address);
        int here = _perAddress.GetValueOrDefault(key);
        if (_count >= most)
        {
            return $"{_count} side connections are in their handshake already (MaxUnauthenticated)";
        }

        if (here >= mostPerAddress)
        {
            return $"{here} side connections from there are in their handshake already (MaxUnauthenticatedPerAddress)";
        }

        _count++;
        _perAddress[key] = here + 1;
        return null;
    }

    public void Leave(IPAddress address)
    {
        UInt128 key = KeyOf(address);
        int here = _perAddress[key] - 1;
        _count--;
        if (here == 0)
        {
            _perAddress.Remove(key);
        }
        else
        {
            _perAddress[key] = here;
        }
    }

    /// <summary>Of IPv6 the /64: one host may own all of it.</summary>
    private static UInt128 KeyOf(IPAddress address)
    {
        UInt128 number = ConnectionTuple.AddressOf(address);
        bool isVersion6 = address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false };
        return isVersion6 ? number >> 64 << 64 : number;
    }
}
