using Liveness.NetworkTests.Lab;
using Liveness.NetworkTests.Peer;

namespace Liveness.NetworkTests.Scenarios;

public sealed class CutOneWayTests(ITestOutputHelper output)
{
    private static readonly TimeSpan s_bound = Scenario.Defaults.DetectWithin;

    /// <summary>T = 3 s: four receive intervals.</summary>
    private static readonly TimeSpan s_interval = s_bound / 4;

    [NetworkFact]
    public async Task Both_ends_find_out_when_nothing_of_the_client_reaches_the_server()
    {
        await using Scenario scenario = await Scenario.StartAsync(output, "cut client to server");
        await scenario.PassAsync(TimeSpan.FromSeconds(1));
        long cut = await scenario.Lab.CutClientToServerAsync();
        await Look(scenario, cut, deaf: scenario.Server, unheard: scenario.Client);
    }

    [NetworkFact]
    public async Task Both_ends_find_out_when_nothing_of_the_server_reaches_the_client()
    {
        await using Scenario scenario = await Scenario.StartAsync(output, "cut server to client");
        await scenario.PassAsync(TimeSpan.FromSeconds(1));
        long cut = await scenario.Lab.CutServerToClientAsync();
        await Look(scenario, cut, deaf: scenario.Client, unheard: scenario.Server);
    }

    private static async Task Look(Scenario scenario, long cut, PeerProcess deaf, PeerProcess unheard)
    {
        PeerEvent heardNothing = await scenario.LossAsync(deaf, cut, "the cut");
        PeerEvent wasNotHeard = await scenario.LossAsync(unheard, cut, "the cut");
        heardNothing.ShouldBeOneOf(typeof(HeartbeatTimedOut)).ShouldComeWithin(s_bound);
        wasNotHeard
            .ShouldBeOneOf(typeof(HeartbeatTimedOut), typeof(ConnectionReset), typeof(PeerGaveUp))
            .ShouldMean(LossDiagnosis.PathDeadOutbound)
            .ShouldComeSoonAfter(cut, s_bound + s_interval);
    }
}
