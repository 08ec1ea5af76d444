using Liveness.NetworkTests.Peer;

namespace Liveness.NetworkTests.Scenarios;

public sealed class PeerProcessTests(ITestOutputHelper output)
{
    private static readonly TimeSpan s_bound = Scenario.Defaults.DetectWithin;

    [NetworkFact]
    public async Task A_stopped_peer_is_found_although_its_kernel_goes_on_acknowledging()
    {
        await using Scenario scenario = await Scenario.StartAsync(output, "peer stopped, idle");
        await scenario.PassAsync(TimeSpan.FromSeconds(1));
        await StopAndLook(scenario);
    }

    [NetworkFact]
    public async Task A_stopped_peer_is_found_in_the_middle_of_a_write_of_200_MB()
    {
        await using Scenario scenario = await Scenario.StartAsync(output, "peer stopped, in the middle of 200 MB");
        await scenario.Lab.SlowDownAsync("200mbit");
        await scenario.Client.TellAsync("send 200000000", scenario.Limit);
        await scenario.PassAsync(TimeSpan.FromSeconds(2));
        await StopAndLook(scenario);
        scenario.Client.Events.Should().NotContain(happened => happened.Kind == PeerEventKind.Sent);
    }

    [NetworkFact]
    public async Task A_killed_peer_is_told_of_by_its_kernel_at_once()
    {
        await using Scenario scenario = await Scenario.StartAsync(output, "peer killed");
        await scenario.PassAsync(TimeSpan.FromSeconds(1));
        long killed = await scenario.Server.KillAsync();
        PeerEvent client = await scenario.LossAsync(scenario.Client, killed, "the kill");
        client
            .ShouldBeOneOf(typeof(ConnectionReset), typeof(ClosedWithoutGoodbye))
            .ShouldMean(LossDiagnosis.PeerClosed)
            .ShouldComeSoonAfter(killed, TimeSpan.FromMilliseconds(200));
    }

    private static async Task StopAndLook(Scenario scenario)
    {
        long stopped = await scenario.Server.StopAsync();
        PeerEvent client = await scenario.LossAsync(scenario.Client, stopped, "the stop");
        client.ShouldBe(typeof(HeartbeatTimedOut), LossDiagnosis.PeerUnresponsive).ShouldComeWithin(s_bound);

        // Woken, it must not believe that it is still connected, and must not blame the peer.
        long woken = await scenario.Server.ContinueAsync();
        PeerEvent server = await scenario.LossAsync(scenario.Server, woken, "it went on");
        server
            .ShouldBeOneOf(typeof(ConnectionReset), typeof(PeerGaveUp))
            .ShouldMean(LossDiagnosis.WePaused)
            .ShouldComeSoonAfter(woken, s_bound);
    }
}
