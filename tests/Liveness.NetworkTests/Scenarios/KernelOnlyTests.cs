using System.Diagnostics;
using Liveness.NetworkTests.Lab;
using Liveness.NetworkTests.Peer;

namespace Liveness.NetworkTests.Scenarios;

/// <summary>A socket that nobody reads, watched by what its kernel knows, without help from the peer.</summary>
public sealed class KernelOnlyTests(ITestOutputHelper output)
{
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(5);

    /// <summary>It is looked at once a second, and the kernel's timers are a little late (measured: 5.12 s for 5 s).</summary>
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1.2);

    private static readonly PeerOptions s_options = Scenario.Defaults with { Mode = PeerMode.Monitor, DetectWithin = s_bound, DoesNotRead = true };

    [NetworkFact]
    public async Task A_cut_is_found_at_both_ends_while_idle()
    {
        await using Scenario scenario = await StartAsync("kernel only: cut, idle");
        long cut = await scenario.Lab.CutAsync();
        await ShouldTimeOut(scenario, scenario.Client, cut);
        await ShouldTimeOut(scenario, scenario.Server, cut);
    }

    [NetworkFact]
    public async Task A_cut_is_found_by_whoever_sends()
    {
        await using Scenario scenario = await StartAsync("kernel only: cut, client sends");
        await scenario.Client.TellAsync("trickle 100 100", scenario.Limit);
        await scenario.PassAsync(TimeSpan.FromSeconds(1));
        long cut = await scenario.Lab.CutAsync();
        await ShouldTimeOut(scenario, scenario.Client, cut);
    }

    [NetworkFact]
    public async Task A_killed_peer_is_told_of_without_a_read()
    {
        await using Scenario scenario = await StartAsync("kernel only: peer killed");
        long killed = await scenario.Server.KillAsync();
        PeerEvent end = (await scenario.Client.WaitAsync(IsEnd, 1, "its end", scenario.Limit))[0];
        scenario.Print($"{end.Text ?? end.Loss!.Text}, {Stopwatch.GetElapsedTime(killed, end.At).TotalSeconds:0.000} s after the kill");
        end.Loss?.Type.Should().Be(nameof(ConnectionReset));
        Stopwatch.GetElapsedTime(killed, end.At).Should().BeLessThan(s_look);
    }

    [NetworkFact]
    public async Task A_stopped_peer_is_not_seen_because_its_kernel_answers()
    {
        await using Scenario scenario = await StartAsync("kernel only: peer stopped");
        await scenario.Server.StopAsync();
        await scenario.PassAsync(s_bound * 2);
        ConnectionStatus client = (await scenario.Client.StatusAsync(scenario.Limit)).Single();
        scenario.Print($"client {client}");
        client.State.Should().Be(LivenessState.Alive, scenario.Client.LossText);
        client.SuspectSeen.Should().BeFalse();
    }

    [NetworkFact]
    public async Task A_host_that_is_back_without_memory_of_the_connection_resets_it()
    {
        await using Scenario scenario = await StartAsync("kernel only: peer host gone and back", s_options with { KernelForgets = true });
        await scenario.Lab.SilenceServerHostAsync();
        long gone = await scenario.Server.KillAsync();
        await scenario.PassAsync(TimeSpan.FromSeconds(1.5));
        await scenario.Lab.UnsilenceServerHostAsync();
        PeerEvent client = await scenario.LossAsync(scenario.Client, gone, "the host was gone");
        client.ShouldBeOneOf(typeof(ConnectionReset)).ShouldComeSoonAfter(gone, s_bound);

        // Seen from here, the reset of a peer that does not hear us looks the same.
        (client.Loss!.Diagnosis, client.Loss.Certainty).Should().BeOneOf((LossDiagnosis.PathDeadOutbound, LossCertainty.Ambiguous), (LossDiagnosis.PeerClosed, LossCertainty.Likely));
    }

    [NetworkFact]
    public async Task A_removed_network_interface_is_told_from_a_dead_peer()
    {
        await using Scenario scenario = await StartAsync("kernel only: interface removed");
        long removed = await scenario.Lab.RemoveServerInterfaceAsync();
        PeerEvent server = await scenario.LossAsync(scenario.Server, removed, "the removal");
        await ShouldTimeOut(scenario, scenario.Client, removed);
        server.ShouldBeOneOf(typeof(NetworkUnreachable)).ShouldMean(LossDiagnosis.LocalNetworkDown).ShouldComeSoonAfter(removed, s_bound + s_look);
    }

    /// <summary>As client libraries do: their pending read gets the kernel's error at once.</summary>
    [NetworkTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cut_is_told_though_the_owner_of_the_socket_meets_its_end_first_and_closes_it_at_once(bool isBusy)
    {
        PeerOptions client = Scenario.Defaults with { Mode = PeerMode.Lent, DetectWithin = s_bound, Connections = 20 };
        await using Scenario scenario = await Scenario.StartAsync(output, $"kernel only: cut, the owner closes, {(isBusy ? "busy" : "idle")}", client, client with { Mode = PeerMode.Plain });
        if (isBusy)
        {
            await scenario.Client.TellAsync("trickle 100 100", scenario.Limit);
        }

        await scenario.PassAsync(TimeSpan.FromSeconds(1));
        long cut = await scenario.Lab.CutAsync();
        PeerEvent[] losses = await scenario.LossesAsync(scenario.Client, cut, "it");

        losses.Should().HaveCount(20);
        foreach (PeerEvent loss in losses)
        {
            loss.ShouldBe(typeof(KeepAliveTimedOut), LossDiagnosis.PeerHostOrPathDead).ShouldComeSoonAfter(cut, s_bound + s_look);
        }

        scenario.Client.Events.Count(happened => happened.Kind == PeerEventKind.Failed).Should().BeGreaterThanOrEqualTo(10, "most owners meet it before we look");
    }

    private static bool IsEnd(PeerEvent happened) =>
        happened.Kind == PeerEventKind.Lost || happened.Text?.StartsWith(nameof(LivenessState.Closed), StringComparison.Ordinal) == true;

    private static async Task ShouldTimeOut(Scenario scenario, PeerProcess end, long since)
    {
        PeerEvent loss = await scenario.LossAsync(end, since, "it");
        loss.ShouldBe(typeof(KeepAliveTimedOut), LossDiagnosis.PeerHostOrPathDead).ShouldComeSoonAfter(since, s_bound + s_look);
        loss.Loss!.Silence.Should().BeGreaterThan(s_bound * 0.7).And.BeLessThan(s_bound + s_look);
        loss.Status!.SuspectSeen.Should().BeTrue("it warns before");
    }

    private async Task<Scenario> StartAsync(string name, PeerOptions? server = null)
    {
        Scenario scenario = await Scenario.StartAsync(output, name, s_options, server);
        await scenario.PassAsync(TimeSpan.FromSeconds(1));
        return scenario;
    }
}
