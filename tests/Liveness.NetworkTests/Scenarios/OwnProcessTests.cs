using Liveness.NetworkTests.Peer;

namespace Liveness.NetworkTests.Scenarios;

public sealed class OwnProcessTests(ITestOutputHelper output)
{
    private static readonly PeerOptions s_options = Scenario.Defaults with { DetectWithin = TimeSpan.FromSeconds(2) };

    [NetworkFact]
    public async Task Our_own_pause_is_not_held_against_a_patient_peer()
    {
        await using Scenario scenario = await Scenario.StartAsync(output, "we stopped for 3 T, patient peer", s_options, s_options with { DetectWithin = s_options.DetectWithin * 10 });
        await scenario.PassAsync(TimeSpan.FromSeconds(1));
        await StopForThreeBounds(scenario);
        await scenario.PassAsync(s_options.DetectWithin * 2);
        foreach (PeerEvent happened in scenario.Client.Events.Concat(scenario.Server.Events))
        {
            happened.Kind.Should().NotBe(PeerEventKind.Lost, "{0}", happened.Loss?.Text);
        }

        (await scenario.Client.StatusAsync(scenario.Limit)).Single().State.Should().Be(LivenessState.Alive);
        (await scenario.Server.StatusAsync(scenario.Limit)).Single().State.Should().Be(LivenessState.Alive);
        scenario.Print("no loss at either end");
    }

    [NetworkFact]
    public async Task Our_own_pause_ends_the_connection_with_a_peer_of_the_same_bound_and_we_know_that_it_was_us()
    {
        await using Scenario scenario = await Scenario.StartAsync(output, "we stopped for 3 T, equal T", s_options);
        await scenario.PassAsync(TimeSpan.FromSeconds(1));
        long stopped = await StopForThreeBounds(scenario);
        PeerEvent server = await scenario.LossAsync(scenario.Server, stopped, "our stop");
        PeerEvent client = await scenario.LossAsync(scenario.Client, stopped, "our stop");
        server.ShouldBe(typeof(HeartbeatTimedOut), LossDiagnosis.PeerUnresponsive).ShouldComeWithin(s_options.DetectWithin);
        client.ShouldBeOneOf(typeof(ConnectionReset), typeof(PeerGaveUp)).ShouldMean(LossDiagnosis.WePaused);
    }

    [NetworkTheory]
    [InlineData(5)]
    [InlineData(10)]
    public async Task A_pause_that_only_the_peer_could_not_bear_is_our_own_doing_too(int times)
    {
        await using Scenario scenario = await Scenario.StartAsync(output, $"we stopped for 1.5 T of the peer, our own T is {times} times that", s_options with { DetectWithin = s_options.DetectWithin * times }, s_options);
        await scenario.PassAsync(TimeSpan.FromSeconds(1));
        long stopped = await scenario.Client.StopAsync();
        await scenario.PassAsync(s_options.DetectWithin * 1.5);
        await scenario.Client.ContinueAsync();
        PeerEvent server = await scenario.LossAsync(scenario.Server, stopped, "our stop");
        PeerEvent client = await scenario.LossAsync(scenario.Client, stopped, "our stop");
        server.ShouldBe(typeof(HeartbeatTimedOut), LossDiagnosis.PeerUnresponsive).ShouldComeWithin(s_options.DetectWithin);
        client.ShouldBeOneOf(typeof(ConnectionReset), typeof(PeerGaveUp)).ShouldMean(LossDiagnosis.WePaused).ShouldBeSure();
    }

    private static async Task<long> StopForThreeBounds(Scenario scenario)
    {
        long stopped = await scenario.Client.StopAsync();
        await scenario.PassAsync(s_options.DetectWithin * 3);
        await scenario.Client.ContinueAsync();
        return stopped;
    }
}
