using Liveness.NetworkTests.Peer;
using Liveness.NetworkTests.SidePeer;

namespace Liveness.NetworkTests.Scenarios;

/// <summary>One of the two paths is cut, the other is not.</summary>
public sealed class SideChannelPathTests(ITestOutputHelper output)
{
    private const int Count = 5;

    private static readonly TimeSpan s_bound = SideChannelScenario.Bound;
    private static readonly SidePeerOptions s_options = SideChannelScenario.Defaults with { Connections = Count };

    [NetworkFact]
    public async Task A_side_path_that_is_cut_alone_costs_no_connection_and_is_rebuilt()
    {
        await using SideChannelScenario scenario = await SideChannelScenario.StartAsync(output, "side path cut, data idle", s_options);
        await scenario.Scenario.PassAsync(TimeSpan.FromSeconds(2.5));
        await scenario.Lab.CutPortAsync(SideChannelScenario.SidePort);
        await scenario.FareWellAsync();
        const ConnectionConditions down = ConnectionConditions.SideDown | ConnectionConditions.Unvouched;
        (await scenario.Client.ConditionsAsync(scenario.Limit)).Should().AllSatisfy(conditions => conditions.Should().Be(down));
        (await scenario.Server.ConditionsAsync(scenario.Limit)).Should().AllSatisfy(conditions => conditions.Should().Be(down));

        await scenario.Lab.HealAsync();
        await scenario.Client.UntilAsync(conditions => conditions == ConnectionConditions.None, Count, scenario.Limit);
        await scenario.Server.UntilAsync(conditions => conditions == ConnectionConditions.None, Count, scenario.Limit);
        await scenario.ShouldPassDataAsync(Count);
        scenario.Print($"healed; side connections seen by the client: {string.Join(' ', scenario.Client.Events.Where(happened => happened.Kind == PeerEventKind.SideChanged).Select(happened => happened.Count))}");
        scenario.Client.Losses.Should().BeEmpty();
        scenario.Server.Losses.Should().BeEmpty();
    }

    [NetworkFact]
    public async Task A_data_path_that_is_cut_alone_costs_the_connections_that_use_it()
    {
        await using SideChannelScenario scenario = await SideChannelScenario.StartAsync(
            output, "data path cut, data outstanding", s_options with { Ports = [SideChannelScenario.DataPort, SideChannelScenario.OtherDataPort] });

        // Until each kernel has surely had an answer to a probe: before that, the bound counts from the look that sees data wait.
        await scenario.Scenario.PassAsync(s_bound);
        long cut = await scenario.Lab.CutPortAsync(SideChannelScenario.DataPort);
        await scenario.Client.TellAsync("request", scenario.Limit);
        PeerEvent[] losses = await scenario.LossesAsync(scenario.Client, Count, cut, "the cut");
        losses.Select(lost => lost.Connection).Should().BeEquivalentTo(Enumerable.Range(0, Count), "the others use another port");

        losses.Should().AllSatisfy(lost => lost
            .ShouldBeOneOf(typeof(KeepAliveTimedOut), typeof(PeerDenied))
            .ShouldMean(LossDiagnosis.PathDeadOutbound, LossDiagnosis.PeerGaveUp)
            .ShouldComeSoonAfter(cut, s_bound));
        PeerEvent[] serverLosses = await scenario.LossesAsync(scenario.Server, Count, cut, "the cut");

        // Whoever judges first tells the other.
        serverLosses.Should().AllSatisfy(lost => lost
            .ShouldBeOneOf(typeof(KeepAliveTimedOut), typeof(PeerDenied))
            .ShouldMean(LossDiagnosis.PathDeadOutbound, LossDiagnosis.PathDeadInbound, LossDiagnosis.PeerHostOrPathDead, LossDiagnosis.PeerGaveUp)
            .ShouldComeSoonAfter(cut, s_bound));

        await scenario.Scenario.PassAsync(s_bound);
        scenario.Client.Losses.Should().HaveCount(Count);
        scenario.Server.Losses.Should().HaveCount(Count);
        scenario.Client.Events.Last(happened => happened.Kind == PeerEventKind.SideChanged).Count.Should().Be(1, "the side connection has another port");
        (await scenario.Client.ConditionsAsync(scenario.Limit))[Count..].Should().AllSatisfy(conditions => conditions.Should().Be(ConnectionConditions.None));
        int answered = scenario.Client.Events.Count(happened => happened.Kind == PeerEventKind.Received);
        await scenario.ShouldPassDataAsync(Count);
        answered.Should().Be(Count);
    }

    [NetworkTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_idle_data_path_that_is_cut_one_way_has_no_direction_that_anybody_could_be_sure_of(bool toServer)
    {
        await using SideChannelScenario scenario = await SideChannelScenario.StartAsync(
            output, $"data path cut {(toServer ? "to" : "from")} the server, idle", s_options with { Ports = [SideChannelScenario.DataPort, SideChannelScenario.OtherDataPort] });
        await scenario.Scenario.PassAsync(s_bound);
        long cut = await scenario.Lab.CutPortOneWayAsync(SideChannelScenario.DataPort, toServer);

        PeerEvent[] losses = [.. await scenario.LossesAsync(scenario.Client, Count, cut, "the cut"), .. await scenario.LossesAsync(scenario.Server, Count, cut, "the cut")];

        losses.Should().AllSatisfy(lost => lost.ShouldBeOneOf(typeof(KeepAliveTimedOut), typeof(PeerDenied)).ShouldComeSoonAfter(cut, s_bound));
        losses.Should().AllSatisfy(lost => (lost.Loss!.Diagnosis is LossDiagnosis.PathDeadOutbound or LossDiagnosis.PathDeadInbound && lost.Loss.Certainty != LossCertainty.Ambiguous)
            .Should().BeFalse("{0} [{1}]", lost.Loss.Text, lost.Loss.Kernel));
    }
}
