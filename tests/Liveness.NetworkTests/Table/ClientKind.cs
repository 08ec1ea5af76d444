using Liveness.NetworkTests.Peer;

namespace Liveness.NetworkTests.Table;

/// <summary>A column of the table: what watches the client's connection.</summary>
internal sealed record ClientKind(string Name, PeerMode Mode, TimeSpan DetectWithin)
{
    private static readonly TimeSpan s_keepAlive = TimeSpan.FromSeconds(5);

    public static readonly ClientKind[] All =
    [
        new("plain socket", PeerMode.Plain, s_keepAlive),
        new("keepalive, 5 s", PeerMode.KeepAlive, s_keepAlive),
        new("keepalive and user timeout, 5 s", PeerMode.KeepAliveAndUserTimeout, s_keepAlive),
        new("heartbeat, 3 s", PeerMode.Heartbeat, TimeSpan.FromSeconds(3)),
    ];
}
