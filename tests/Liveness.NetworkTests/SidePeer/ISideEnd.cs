using System.Net.Sockets;
using Liveness.SideChannel;

namespace Liveness.NetworkTests.SidePeer;

/// <summary>Either end of a side channel, as far as both are alike.</summary>
internal interface ISideEnd
{
    event EventHandler<SidePeerLostEventArgs> PeerLost;

    /// <summary>The side connections that work now.</summary>
    int AliveCount { get; }

    /// <param name="socket">Connected.</param>
    /// <param name="key">Null = its addresses name it.</param>
    SideWatch Watch(Socket socket, byte[]? key);
}
