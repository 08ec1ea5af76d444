using System.Net;
using System.Net.Sockets;

namespace Liveness.NetworkTests.Peer;

/// <summary>Loses a connection within this process before the real one begins: the code of a loss is compiled when it is first needed,
/// and with many processes on few cores the times would be those of the compiler.</summary>
internal static class Rehearsal
{
    public static async Task RunAsync()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using Socket connected = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await connected.ConnectAsync(listener.LocalEndpoint);
        using Socket accepted = await listener.AcceptSocketAsync();
        HeartbeatOptions options = new() { DetectWithin = TimeSpan.FromSeconds(1) };
        Task<HeartbeatStream> starting = HeartbeatStream.StartAsync(accepted, options);
        await using HeartbeatStream client = await HeartbeatStream.StartAsync(connected, options);
        await using HeartbeatStream server = await starting;
        TaskCompletionSource reported = new(TaskCreationOptions.RunContinuationsAsynchronously);
        client.Monitor.ConnectionLost += (_, e) =>
        {
            _ = new PeerEvent(PeerEventKind.Lost) { Loss = LossReport.Of(e.Loss) }.ToLine();
            reported.TrySetResult();
        };

        // A reset is the loss that takes no time.
        accepted.LingerState = new LingerOption(enable: true, seconds: 0);
        accepted.Close();
        await reported.Task;
    }
}
