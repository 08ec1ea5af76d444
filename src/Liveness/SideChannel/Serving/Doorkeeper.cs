using System.Net;
using System.Net.Sockets;

namespace Liveness.SideChannel;

/// <summary>The strangers at the door: side connections that have not proved themselves yet, so many in all and from one address. Who comes
/// is let in; where there is no room, the one that has stood there longest goes, of the same address where that is full: silent strangers
/// must not keep out an honest newcomer, who needs a few round trips only. Not thread-safe.</summary>
/// <typeparam name="T">A stranger.</typeparam>
internal sealed class Doorkeeper<T>(int most, int mostPerAddress)
    where T : class
{
    /// <summary>Each in the order of their coming.</summary>
    private readonly LinkedList<T> _all = [];
    private readonly Dictionary<UInt128, LinkedList<T>> _byAddress = [];
    private readonly Dictionary<T, Place> _places = [];

    public int Count => _all.Count;

    /// <returns>Who has to go for it, and is out already; null = there was room.</returns>
    public T? Enter(IPAddress address, T stranger)
    {
        UInt128 key = KeyOf(address);
        T? evicted = _byAddress.TryGetValue(key, out LinkedList<T>? here) && here.Count >= mostPerAddress ? here.First!.Value
            : _all.Count >= most ? _all.First!.Value
            : null;
        if (evicted is not null)
        {
            Leave(evicted);
        }

        if (!_byAddress.TryGetValue(key, out here))
        {
            _byAddress.Add(key, here = []);
        }

        _places.Add(stranger, new Place(key, _all.AddLast(stranger), here.AddLast(stranger)));
        return evicted;
    }

    /// <summary>Does nothing where it has left, or had to go, before.</summary>
    public void Leave(T stranger)
    {
        if (!_places.Remove(stranger, out Place place))
        {
            return;
        }

        _all.Remove(place.InAll);
        LinkedList<T> here = _byAddress[place.Key];
        here.Remove(place.Here);
        if (here.Count == 0)
        {
            _byAddress.Remove(place.Key);
        }
    }

    /// <summary>Of IPv6 the /64: one host may own all of it.</summary>
    private static UInt128 KeyOf(IPAddress address)
    {
        UInt128 number = ConnectionTuple.AddressOf(address);
        bool isVersion6 = address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false };
        return isVersion6 ? number >> 64 << 64 : number;
    }

    private readonly record struct Place(UInt128 Key, LinkedListNode<T> InAll, LinkedListNode<T> Here);
}
