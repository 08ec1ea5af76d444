using Liveness.NetworkTests.Peer;

namespace Liveness.NetworkTests.Scenarios.Minute;

public sealed class ApplicationDoesNotReadTests(ITestOutputHelper output)
{
    private const long Flood = 20_000_000;

    [NetworkFact]
    public async Task An_application_that_does_not_read_for_30_s_is_reported_and_not_lost()
    {
        PeerOptions options = Scenario.Defaults with { StalledAfter = TimeSpan.FromSeconds(10) };
        await using Scenario scenario = await Scenario.StartAsync(output, "application does not read", options);
        await scenario.Server.TellAsync("read off", scenario.Limit);
        await scenario.Client.TellAsync($"send {Flood}", scenario.Limit);
        await scenario.PassAsync(TimeSpan.FromSeconds(30));
        ConnectionStatus client = (await scenario.Client.StatusAsync(scenario.Limit)).Single();
        ConnectionStatus server = (await scenario.Server.StatusAsync(scenario.Limit)).Single();
        scenario.Print($"client {client}, server {server}");
        client.State.Should().Be(LivenessState.Alive);
        server.State.Should().Be(LivenessState.Alive);
        client.ConditionsSeen.Should().HaveFlag(ConnectionConditions.PeerNotConsuming);
        server.ConditionsSeen.Should().HaveFlag(ConnectionConditions.WeAreBehind);
        client.BytesSent.Should().BeLessThan(Flood, "what nobody reads is bounded");
        client.SuspectSeen.Should().BeFalse();
        server.SuspectSeen.Should().BeFalse();

        await scenario.Server.TellAsync("read on", scenario.Limit);
        await scenario.Client.WaitAsync(PeerEventKind.Sent, 1, scenario.Limit);
        await scenario.Client.TellAsync("close", scenario.Limit);
        ConnectionStatus end = (await scenario.Server.WaitAsync(PeerEventKind.End, 1, scenario.Limit)).Single().Status!;
        end.BytesReceived.Should().Be(Flood);
        end.IsCorrupt.Should().BeFalse();
    }
}
