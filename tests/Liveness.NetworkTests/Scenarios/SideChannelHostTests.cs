using System.Diagnostics;
using Liveness.NetworkTests.Lab;
using Liveness.NetworkTests.Peer;
using Liveness.NetworkTests.SidePeer;

namespace Liveness.NetworkTests.Scenarios;

/// <summary>The host, or the process, at the other end of many untouched connections.</summary>
public sealed class SideChannelHostTests(ITestOutputHelper output)
{
    private const int Count = 20;

    private static readonly TimeSpan s_bound = SideChannelScenario.Bound;
    private static readonly SidePeerOptions s_options = SideChannelScenario.Defaults with { Connections = Count };

    [NetworkFact]
    public async Task A_host_that_is_gone_costs_all_idle_connections_at_once()
    {
        await using SideChannelScenario scenario = await SideChannelScenario.StartAsync(output, "host gone", s_options);
        await scenario.Scenario.PassAsync(SideChannelScenario.Bound);
        long cut = await scenario.Lab.CutAsync();
        foreach (SidePeerProcess end in new[] { scenario.Client, scenario.Server })
        {
            PeerEvent[] losses = await scenario.LossesAsync(end, Count, cut, "the cut");
            losses.Should().AllSatisfy(lost => lost
                .ShouldBe(typeof(SideConnectionSilent), LossDiagnosis.PeerHostOrPathDead)
                .ShouldComeSoonAfter(cut, s_bound)
                .ShouldNotComeBefore(cut, s_bound / 2));
        }

        SideChannelScenario.Batches(scenario.Client).Length.Should().BeLessThanOrEqualTo(2);
    }

    [NetworkFact]
    public async Task A_process_that_hangs_is_found_although_its_kernel_answers_for_every_connection()
    {
        await using SideChannelScenario scenario = await SideChannelScenario.StartAsync(output, "peer stopped", s_options);
        await scenario.Scenario.PassAsync(SideChannelScenario.Bound);
        long stopped = await scenario.Server.StopAsync();
        PeerEvent[] losses = await scenario.LossesAsync(scenario.Client, Count, stopped, "the stop");
        losses.Should().AllSatisfy(lost => lost
            .ShouldBe(typeof(SideConnectionSilent), LossDiagnosis.PeerUnresponsive)
            .ShouldComeSoonAfter(stopped, SideChannelScenario.DetectWithin * 2)
            .ShouldNotComeBefore(stopped, SideChannelScenario.DetectWithin));
        SideChannelScenario.Batches(scenario.Client).Should().Equal(Count);
    }

    [NetworkTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_process_that_was_restarted_disowns_every_connection_of_the_old_one(bool kernelForgets)
    {
        SidePeerOptions server = s_options with { KernelForgets = kernelForgets };
        await using SideChannelScenario scenario = await SideChannelScenario.StartAsync(output, $"peer restarted, {(kernelForgets ? "RST" : "FIN")} dropped", server);
        await scenario.Scenario.PassAsync(TimeSpan.FromSeconds(1));
        await scenario.Lab.HideEndsAsync(SideChannelScenario.DataPort);
        long killed = await scenario.Server.KillAsync();
        await scenario.StartServerAsync(server);
        long ready = Stopwatch.GetTimestamp();
        PeerEvent[] losses = await scenario.LossesAsync(scenario.Client, Count, killed, "the kill");
        PeerEvent rebuilt = scenario.Client.Events.Last(happened => happened is { Kind: PeerEventKind.SideChanged, Count: 1 });
        scenario.Print($"the side was rebuilt {Stopwatch.GetElapsedTime(killed, rebuilt.At).TotalSeconds:0.000} s after the kill, the process ready after {Stopwatch.GetElapsedTime(killed, ready).TotalSeconds:0.000} s");
        losses.Should().AllSatisfy(lost => lost
            .ShouldBe(typeof(PeerDenied), LossDiagnosis.PeerRestarted)
            .ShouldComeSoonAfter(rebuilt.At, TimeSpan.FromMilliseconds(500))
            .ShouldComeSoonAfter(killed, s_bound));
        scenario.Server.Losses.Should().BeEmpty();
    }
}
