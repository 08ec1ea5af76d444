using Liveness.NetworkTests.Peer;

namespace Liveness.NetworkTests.Scenarios;

public sealed class PeerHostTests(ITestOutputHelper output)
{
    [NetworkFact]
    public async Task A_host_that_is_back_without_memory_of_the_connection_resets_it()
    {
        PeerOptions options = Scenario.Defaults with { DetectWithin = TimeSpan.FromSeconds(6) };
        await using Scenario scenario = await Scenario.StartAsync(output, "peer host gone and back", options, options with { KernelForgets = true });
        await scenario.PassAsync(TimeSpan.FromSeconds(1));
        await scenario.Lab.SilenceServerHostAsync();
        long gone = await scenario.Server.KillAsync();
        await scenario.PassAsync(TimeSpan.FromSeconds(1.5));
        scenario.Client.Events.Should().NotContain(happened => happened.Kind == PeerEventKind.Lost, "nobody has told the client");
        await scenario.Lab.UnsilenceServerHostAsync();
        PeerEvent client = await scenario.LossAsync(scenario.Client, gone, "the host was gone");
        client.ShouldBeOneOf(typeof(ConnectionReset)).ShouldComeSoonAfter(gone, options.DetectWithin);

        // Seen from here, the reset of a peer that does not hear us looks the same.
        (client.Loss!.Diagnosis, client.Loss.Certainty).Should().BeOneOf(
            (LossDiagnosis.PathDeadOutbound, LossCertainty.Ambiguous), (LossDiagnosis.PeerClosed, LossCertainty.Likely), (LossDiagnosis.PeerForgot, LossCertainty.Likely));
    }

    [NetworkFact]
    public async Task A_removed_network_interface_is_found_at_both_ends()
    {
        await using Scenario scenario = await Scenario.StartAsync(output, "interface removed");
        await scenario.PassAsync(TimeSpan.FromSeconds(1));
        long removed = await scenario.Lab.RemoveServerInterfaceAsync();
        PeerEvent server = await scenario.LossAsync(scenario.Server, removed, "the removal");
        PeerEvent client = await scenario.LossAsync(scenario.Client, removed, "the removal");
        server.ShouldBeOneOf(typeof(HeartbeatTimedOut), typeof(NetworkUnreachable)).ShouldMean(LossDiagnosis.LocalNetworkDown);
        server.ShouldComeSoonAfter(removed, Scenario.Defaults.DetectWithin);
        client.ShouldBe(typeof(HeartbeatTimedOut), LossDiagnosis.PeerHostOrPathDead).ShouldComeWithin(Scenario.Defaults.DetectWithin);
    }
}
