using System.Net;
using System.Net.Sockets;
using Liveness.NetworkTests.Peer;
using Liveness.SideChannel;

namespace Liveness.NetworkTests.SidePeer;

/// <summary>As <see cref="Rehearsal"/>: watches a connection within this process, and loses it, before the real ones begin.</summary>
internal static class SideRehearsal
{
    public static async Task RunAsync()
    {
        using TcpListener data = new(IPAddress.Loopback, 0);
        data.Start();
        using Socket connected = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await connected.ConnectAsync(data.LocalEndpoint);
        using Socket accepted = await data.AcceptSocketAsync();
        await using SideChannelListener listener = SideChannelListener.Start(new IPEndPoint(IPAddress.Loopback, 0));
        await using SideChannelClient client = await SideChannelClient.ConnectAsync(listener.LocalEndPoint, new SideChannelClientOptions { DetectWithin = TimeSpan.FromSeconds(1) });
        await using SideWatch atServer = listener.Watch(accepted);
        await using SideWatch atClient = client.Watch(connected);
        TaskCompletionSource reported = new(TaskCreationOptions.RunContinuationsAsynchronously);
        client.PeerLost += (_, e) =>
        {
            _ = new PeerEvent(PeerEventKind.Lost) { Loss = LossReport.Of(e.Connections[0].Monitor.Loss!), Conditions = e.Connections[0].Monitor.Conditions }.ToLine();
            reported.TrySetResult();
        };

        accepted.LingerState = new LingerOption(enable: true, seconds: 0);
        accepted.Close();
        await reported.Task;
    }
}
