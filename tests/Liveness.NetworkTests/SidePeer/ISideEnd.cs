using System.Net.Sockets;

namespace Liveness.NetworkTests.SidePeer;

/// <summary>Either end of a side channel, as far as both are alike.</summary>
internal interface ISideEnd
{
    event EventHandler<PeerLostEventArgs> PeerLost;

    /// <summary>The side connections that work now.</summary>
    int AliveCount { get; }

    WatchedConnection Watch(Socket socket);
}
