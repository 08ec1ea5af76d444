using Liveness.NetworkTests.Peer;

namespace Liveness.NetworkTests.Scenarios;

public sealed class CutBothWaysTests(ITestOutputHelper output)
{
    private static readonly TimeSpan s_bound = Scenario.Defaults.DetectWithin;

    [NetworkFact]
    public async Task A_cut_is_found_at_both_ends_while_idle()
    {
        await using Scenario scenario = await Scenario.StartAsync(output, "cut, idle");
        await scenario.PassAsync(TimeSpan.FromSeconds(1));
        await CutAndLook(scenario);
    }

    [NetworkFact]
    public async Task A_cut_is_found_at_both_ends_while_the_client_sends()
    {
        await using Scenario scenario = await Scenario.StartAsync(output, "cut, client sends");
        await scenario.Client.TellAsync("trickle 2000 50", scenario.Limit);
        await scenario.PassAsync(TimeSpan.FromSeconds(1));
        await CutAndLook(scenario);
    }

    [NetworkFact]
    public async Task A_cut_is_found_at_both_ends_while_the_client_receives()
    {
        await using Scenario scenario = await Scenario.StartAsync(output, "cut, client receives");
        await scenario.Server.TellAsync("trickle 2000 50", scenario.Limit);
        await scenario.PassAsync(TimeSpan.FromSeconds(1));
        await CutAndLook(scenario);
    }

    [NetworkFact]
    public async Task A_cut_is_found_at_both_ends_in_the_middle_of_a_write_of_200_MB()
    {
        await using Scenario scenario = await Scenario.StartAsync(output, "cut, in the middle of 200 MB");
        await scenario.Lab.SlowDownAsync("200mbit");
        await scenario.Client.TellAsync("send 200000000", scenario.Limit);
        await scenario.PassAsync(TimeSpan.FromSeconds(2));
        ConnectionStatus before = (await scenario.Server.StatusAsync(scenario.Limit)).Single();
        before.BytesReceived.Should().BeInRange(1_000_000, 199_000_000, "the write is under way");
        await CutAndLook(scenario);
        scenario.Client.Events.Should().NotContain(happened => happened.Kind == PeerEventKind.Sent);
    }

    private static async Task CutAndLook(Scenario scenario)
    {
        long cut = await scenario.Lab.CutAsync();
        PeerEvent client = await scenario.LossAsync(scenario.Client, cut, "the cut");
        PeerEvent server = await scenario.LossAsync(scenario.Server, cut, "the cut");
        client.ShouldBe(typeof(HeartbeatTimedOut), LossDiagnosis.PeerHostOrPathDead).ShouldComeWithin(s_bound);
        server.ShouldBe(typeof(HeartbeatTimedOut), LossDiagnosis.PeerHostOrPathDead).ShouldComeWithin(s_bound);
        client.Loss!.IncidentId.Should().Be(server.Loss!.IncidentId);
    }
}
