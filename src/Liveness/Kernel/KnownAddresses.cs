using System.Net;

namespace Liveness.Kernel;

/// <summary>
/// Which of our own addresses were on an interface when a connection of theirs first worked. One that was not (anycast, a load balancer,
/// <c>ip route add local</c>) says nothing by being on none later.
/// </summary>
internal sealed class KnownAddresses
{
    private const int Most = 1_024;

    private readonly Lock _gate = new();

    /// <summary>Under the lock.</summary>
    private readonly Dictionary<IPAddress, bool> _wasThere = [];

    /// <param name="address">Without scope id.</param>
    /// <param name="isDown">Asked once for each address, under no lock: true = on no interface that is up, null = it can't be told, and is
    /// asked again.</param>
    public bool WasThere(IPAddress address, Func<IPAddress, bool?> isDown)
    {
        lock (_gate)
        {
            if (_wasThere.TryGetValue(address, out bool known))
            {
                return known;
            }
        }

        if (isDown(address) is not { } down)
        {
            return false;
        }

        lock (_gate)
        {
            if (_wasThere.Count >= Most)
            {
                _wasThere.Clear();
            }

            return _wasThere.TryAdd(address, !down) ? !down : _wasThere[address];
        }
    }
}
