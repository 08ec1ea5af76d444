using System.Net;
using System.Net.Sockets;
using Liveness.NetworkTests.Peer;
using Liveness.SideChannel;

namespace Liveness.NetworkTests.SidePeer;

/// <summary>Makes the end that the options ask for.</summary>
internal static class SideEnds
{
    private const string Secret = "known to both ends, to nobody else";

    /// <returns>Null where there is to be none.</returns>
    public static async Task<ISideEnd?> StartAsync(SidePeerOptions options)
    {
        IPEndPoint endPoint = new(IPAddress.Parse(options.SideAddress), options.SidePort);
        if (options.SidePort == 0)
        {
            return null;
        }

        return options.Role == PeerRole.Server
            ? new ListenerEnd(SideChannelListener.Start(endPoint, new SideChannelListenerOptions { DetectWithin = options.DetectWithin, SharedSecret = Secret }))
            : new ClientEnd(await SideChannelClient.ConnectAsync(endPoint, new SideChannelClientOptions
            {
                DetectWithin = options.DetectWithin,
                SharedSecret = Secret,
                ReconnectDelay = TimeSpan.FromMilliseconds(200),
                MaxReconnectDelay = TimeSpan.FromSeconds(1),
            }));
    }

    private sealed class ClientEnd(SideChannelClient client) : ISideEnd
    {
        public event EventHandler<SidePeerLostEventArgs> PeerLost
        {
            add => client.PeerLost += value;
            remove => client.PeerLost -= value;
        }

        public int AliveCount => client.IsAlive ? 1 : 0;

        public SideWatch Watch(Socket socket, byte[]? key) => key is null ? client.Watch(socket) : client.Watch(socket, key);
    }

    private sealed class ListenerEnd(SideChannelListener listener) : ISideEnd
    {
        public event EventHandler<SidePeerLostEventArgs> PeerLost
        {
            add => listener.PeerLost += value;
            remove => listener.PeerLost -= value;
        }

        public int AliveCount => listener.SideConnectionCount;

        public SideWatch Watch(Socket socket, byte[]? key) => key is null ? listener.Watch(socket) : listener.Watch(socket, key);
    }
}
