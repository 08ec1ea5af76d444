using System.Diagnostics;
using Liveness.NetworkTests.Peer;
using Liveness.NetworkTests.SidePeer;

namespace Liveness.NetworkTests.Scenarios;

/// <summary>A hole in the path MTU on the way to the server: what is large never arrives, and the peer is heard all the while.</summary>
public sealed class SmallSegmentsOnlyTests(ITestOutputHelper output)
{
    private const int Large = 16_000;

    [NetworkFact]
    public async Task In_band_the_writer_is_told_before_the_bound_and_both_ends_lose_the_connection_then()
    {
        TimeSpan bound = TimeSpan.FromSeconds(6);
        await using Scenario scenario = await Scenario.StartAsync(output, "small segments only, in-band", Scenario.Defaults with { DetectWithin = bound });
        await scenario.PassAsync(bound / 2);
        (await scenario.Client.StatusAsync(scenario.Limit)).Single().State.Should().Be(LivenessState.Alive);
        long cut = await scenario.Lab.DropLargeSegmentsToServerAsync();
        await scenario.PassAsync(bound);
        (await scenario.Client.StatusAsync(scenario.Limit)).Single().State.Should().Be(LivenessState.Alive, "beats are small");

        long sent = Stopwatch.GetTimestamp();
        await scenario.Client.TellAsync($"send {Large}", scenario.Limit);
        PeerEvent client = await scenario.LossAsync(scenario.Client, sent, "the write");
        PeerEvent server = await scenario.LossAsync(scenario.Server, sent, "the write");

        PeerEvent told = scenario.Client.Events.First(Tells);
        scenario.Print($"told {Stopwatch.GetElapsedTime(sent, told.At).TotalSeconds:0.000} s after the write");
        Stopwatch.GetElapsedTime(sent, told.At).Should().BeLessThan(bound * 0.75);

        // The kernel has repeated the large ones in vain: that is a dead way out for them, or a path that loses segments, by how many it
        // has repeated.
        client.ShouldMean(LossDiagnosis.PathDeadOutbound, LossDiagnosis.PathLossy).ShouldComeSoonAfter(sent, bound * 1.5);
        server.ShouldComeSoonAfter(sent, bound * 1.5);
    }

    [NetworkFact]
    public async Task A_socket_monitor_tells_of_data_that_waits_while_the_peer_sends_and_of_its_age_at_the_end()
    {
        TimeSpan bound = TimeSpan.FromSeconds(5);
        PeerOptions options = Scenario.Defaults with { Mode = PeerMode.Monitor, DetectWithin = bound };
        await using Scenario scenario = await Scenario.StartAsync(output, "small segments only, kernel only", options);
        await scenario.Server.TellAsync("trickle 100 300", scenario.Limit);
        await scenario.PassAsync(TimeSpan.FromSeconds(1));
        await scenario.Lab.DropLargeSegmentsToServerAsync();

        long sent = Stopwatch.GetTimestamp();
        await scenario.Client.TellAsync($"send {Large}", scenario.Limit);
        PeerEvent client = await scenario.LossAsync(scenario.Client, sent, "the write");

        scenario.Client.Events.Any(Tells).Should().BeTrue();
        client.ShouldBe(typeof(KeepAliveTimedOut), LossDiagnosis.PathDeadOutbound);
        client.Loss!.Text.Should().Contain("while the peer was heard");
    }

    [NetworkFact]
    public async Task A_side_channel_that_vouches_tells_of_data_that_waits()
    {
        SidePeerOptions options = SideChannelScenario.Defaults with { Connections = 1, Request = new string('x', Large) };
        await using SideChannelScenario scenario = await SideChannelScenario.StartAsync(output, "small segments only, side channel", options);
        await scenario.Scenario.PassAsync(TimeSpan.FromSeconds(1));
        await scenario.Lab.DropLargeSegmentsToServerAsync();

        await scenario.Client.TellAsync("request", scenario.Limit);

        await scenario.Client.UntilAsync(conditions => conditions.HasFlag(ConnectionConditions.DataUnacknowledged), 1, scenario.Limit);
        await scenario.Lab.HealAsync();
        await scenario.Client.UntilAsync(conditions => conditions == ConnectionConditions.None, 1, scenario.Limit);
    }

    private static bool Tells(PeerEvent happened) =>
        happened.Kind == PeerEventKind.Changed && happened.Text!.Contains(nameof(ConnectionConditions.DataUnacknowledged), StringComparison.Ordinal);
}
