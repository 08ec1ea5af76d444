namespace Liveness.Tests.InBand;

public sealed class HeartbeatStreamClosedSocketTests
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_socket_that_its_owner_closes_beneath_is_a_loss_and_no_fault_of_the_library(bool leaveOpen)
    {
        using SocketPair pair = SocketPair.OverTcp();
        RecordingLogger logger = new();
        HeartbeatStream client = new(pair.Client, new HeartbeatOptions { Logger = logger }, leaveOpen);
        HeartbeatStream server = new(pair.Server);
        await Task.WhenAll(client.StartAsync(), server.StartAsync()).WaitAsync(s_safety);

        pair.Client.Close(timeout: 0);

        (await client.Monitor.Completion.WaitAsync(s_safety)).Should().BeOfType<TransportFailed>();
        (await server.Monitor.Completion.WaitAsync(s_safety)).Should().BeOfType<ConnectionReset>();
        await client.DisposeAsync().AsTask().WaitAsync(s_safety);
        await server.DisposeAsync().AsTask().WaitAsync(s_safety);
        logger.Entries.Select(entry => entry.EventName).Should().Contain("ConnectionLost").And.NotContain("WorkItemThrew");
    }
}
