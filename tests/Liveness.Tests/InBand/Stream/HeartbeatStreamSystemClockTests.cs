using Liveness.Testing;

namespace Liveness.Tests.InBand;

/// <summary>The real clock, its thread and real sockets: that they work together, not how fast.</summary>
public sealed class HeartbeatStreamSystemClockTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_pulled_cable_is_found()
    {
        using System.Net.Sockets.TcpListener listener = new(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        await using LoopbackRelay relay = LoopbackRelay.Start(listener.LocalEndpoint);
        using System.Net.Sockets.TcpClient tcp = new();
        await tcp.ConnectAsync(relay.EndPoint).WaitAsync(s_limit);
        HeartbeatOptions options = new() { DetectWithin = TimeSpan.FromSeconds(1) };
        await using HeartbeatStream server = new(await listener.AcceptSocketAsync().WaitAsync(s_limit), options);
        await using HeartbeatStream client = new(tcp.GetStream(), options);
        await Task.WhenAll(client.StartAsync(), server.StartAsync()).WaitAsync(s_limit);
        Task<int> read = client.ReadAsync(new byte[1]).AsTask();

        relay.Cut();

        (await client.Monitor.Completion.WaitAsync(s_limit)).Should().BeOfType<HeartbeatTimedOut>();
        (await server.Monitor.Completion.WaitAsync(s_limit)).Should().BeOfType<HeartbeatTimedOut>();
        (await Record.ExceptionAsync(() => read.WaitAsync(s_limit))).Should().BeOfType<ConnectionLostException>();
    }

    [Fact]
    public async Task An_idle_connection_stays_alive()
    {
        using SocketPair pair = SocketPair.OverTcp();
        HeartbeatOptions options = new() { DetectWithin = TimeSpan.FromMilliseconds(300) };
        await using HeartbeatStream client = new(pair.Client, options);
        await using HeartbeatStream server = new(pair.Server, options);
        await Task.WhenAll(client.StartAsync(), server.StartAsync()).WaitAsync(s_limit);

        (await Record.ExceptionAsync(() => Task.WhenAny(client.Monitor.Completion, server.Monitor.Completion).WaitAsync(TimeSpan.FromSeconds(1))))
            .Should().BeOfType<TimeoutException>("neither ends; {0}, {1}", client.Monitor.Loss?.Evidence, server.Monitor.Loss?.Evidence);

        client.Monitor.GetSnapshot().BeatsReceived.Should().BeGreaterThan(3);
        server.Monitor.GetSnapshot().BeatsReceived.Should().BeGreaterThan(3);
    }
}
