using System.Net;
using System.Net.Sockets;
using Liveness;
using Liveness.Testing;

namespace PullTheCable;

/// <summary>Loses a connection within this process before the real one begins: the code of a loss is compiled when it is first needed,
/// and on a busy machine the times below would be those of the compiler.</summary>
internal static class Rehearsal
{
    public static async Task RunAsync()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        await using LoopbackRelay relay = LoopbackRelay.Start(listener.LocalEndpoint);
        using Socket connected = new(relay.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await connected.ConnectAsync(relay.EndPoint);
        using Socket accepted = await listener.AcceptSocketAsync();

        HeartbeatOptions options = new() { DetectWithin = TimeSpan.FromMilliseconds(100) };
        Task<HeartbeatStream> starting = HeartbeatStream.StartAsync(accepted, options);
        await using HeartbeatStream client = await HeartbeatStream.StartAsync(connected, options);
        await using HeartbeatStream server = await starting;
        EndReporter.Attach(client, connected, e => _ = e.ToLine());
        Task reading = client.ReadAsync(new byte[1]).AsTask();

        relay.CutToClient();
        await Task.WhenAll(client.Monitor.Completion, server.Monitor.Completion);
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
