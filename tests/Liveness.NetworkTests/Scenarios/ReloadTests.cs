using Liveness.NetworkTests.Peer;

namespace Liveness.NetworkTests.Scenarios;

public sealed class ReloadTests(ITestOutputHelper output)
{
    [NetworkFact]
    public async Task A_hundred_connections_live_through_a_change_from_60_s_to_2_s_and_then_keep_the_2_s()
    {
        TimeSpan fast = TimeSpan.FromSeconds(2);
        PeerOptions options = Scenario.Defaults with { DetectWithin = TimeSpan.FromSeconds(60), Connections = 100 };
        await using Scenario scenario = await Scenario.StartAsync(output, "60 s to 2 s on 100 connections", options);
        await scenario.PassAsync(TimeSpan.FromSeconds(3));
        await scenario.Client.TellAsync($"detect {fast.TotalMilliseconds}", scenario.Limit);
        await scenario.PassAsync(fast * 2);
        await scenario.Server.TellAsync($"detect {fast.TotalMilliseconds}", scenario.Limit);
        await scenario.PassAsync(fast * 3);
        ConnectionStatus[] client = await scenario.Client.StatusAsync(scenario.Limit);
        ConnectionStatus[] server = await scenario.Server.StatusAsync(scenario.Limit);
        client.Should().HaveCount(100).And.OnlyContain(status => status.State == LivenessState.Alive);
        server.Should().HaveCount(100).And.OnlyContain(status => status.State == LivenessState.Alive);
        client.Concat(server).Should().OnlyContain(status => status.Bound == fast);

        long cut = await scenario.Lab.CutAsync();
        foreach (PeerEvent loss in (await scenario.LossesAsync(scenario.Client, cut, "the cut")).Concat(await scenario.LossesAsync(scenario.Server, cut, "the cut")))
        {
            loss.ShouldBe(typeof(HeartbeatTimedOut), LossDiagnosis.PeerHostOrPathDead).ShouldComeWithin(fast);
        }
    }
}
