using System.Diagnostics;
using Liveness.NetworkTests.Lab;
using Liveness.NetworkTests.Peer;
using Liveness.NetworkTests.SidePeer;

namespace Liveness.NetworkTests.Scenarios;

/// <summary>
/// What the kernels of the data sockets say, refuse to say, or have said to the application already; and that watching changes nothing.
/// </summary>
public sealed class SideChannelKernelTests(ITestOutputHelper output)
{
    private const int Count = 20;

    private static readonly TimeSpan s_bound = SideChannelScenario.Bound;
    private static readonly SidePeerOptions s_options = SideChannelScenario.Defaults with { Connections = Count };

    [NetworkFact]
    public async Task A_peer_that_is_killed_with_bytes_unread_is_a_reset_although_every_read_has_met_it_first()
    {
        await using SideChannelScenario scenario = await StartAsync("killed with unread data", server: s_options with { DoesNotRead = true });
        await scenario.Client.TellAsync("request", scenario.Limit);
        await scenario.Scenario.PassAsync(TimeSpan.FromSeconds(1));
        long killed = await scenario.Server.KillAsync();
        PeerEvent[] losses = await scenario.LossesAsync(scenario.Client, Count, killed, "the kill");
        losses.Should().AllSatisfy(lost => lost.ShouldBe(typeof(ConnectionReset), LossDiagnosis.PeerClosed).ShouldComeSoonAfter(killed, s_bound));
        scenario.Client.Events.Count(happened => happened.Kind == PeerEventKind.Failed).Should().Be(Count, "each read has met the error");
    }

    [NetworkFact]
    public async Task A_host_that_is_back_without_memory_of_the_connections_resets_them()
    {
        await using SideChannelScenario scenario = await StartAsync("host gone and back", server: s_options with { KernelForgets = true });
        await scenario.Scenario.PassAsync(TimeSpan.FromSeconds(1));
        await scenario.Lab.SilenceServerHostAsync();
        long gone = await scenario.Server.KillAsync();
        await scenario.Scenario.PassAsync(TimeSpan.FromSeconds(1.5));
        await scenario.Lab.UnsilenceServerHostAsync();
        PeerEvent[] losses = await scenario.LossesAsync(scenario.Client, Count, gone, "the host was gone");
        losses.Should().AllSatisfy(lost => lost.ShouldBeOneOf(typeof(ConnectionReset)).ShouldComeSoonAfter(gone, s_bound));
    }

    [NetworkFact]
    public async Task A_reset_from_a_box_on_the_way_is_asked_about_and_told_as_one()
    {
        await using SideChannelScenario scenario = await StartAsync("reset on the way");
        await scenario.Scenario.PassAsync(TimeSpan.FromSeconds(1));
        long forgot = await scenario.Lab.ForgetAsync(SideChannelScenario.DataPort);
        PeerEvent[] losses = await scenario.LossesAsync(scenario.Client, Count, forgot, "the box forgot them");
        losses.Should().AllSatisfy(lost => lost.ShouldBe(typeof(ConnectionReset), LossDiagnosis.ResetOnTheWay).ShouldComeSoonAfter(forgot, s_bound));
    }

    [NetworkFact]
    public async Task A_kernel_that_gives_up_is_told_as_in_kernel_mode()
    {
        await using SideChannelScenario scenario = await StartAsync("the kernel gives up", client: s_options with { UserTimeout = TimeSpan.FromSeconds(3) });
        long cut = await scenario.Lab.CutPortAsync(SideChannelScenario.DataPort);
        await scenario.Client.TellAsync("request", scenario.Limit);
        PeerEvent[] losses = await scenario.LossesAsync(scenario.Client, Count, cut, "the cut");
        losses.Should().AllSatisfy(lost => lost.ShouldBeOneOf(typeof(KeepAliveTimedOut)).ShouldComeSoonAfter(cut, s_bound));
    }

    [NetworkFact]
    public async Task A_process_that_hangs_is_found_although_its_queue_is_full_and_nobody_gets_through_to_it()
    {
        await using SideChannelScenario scenario = await StartAsync("peer stopped, queue full", prepare: lab => lab.LimitAcceptQueueAsync(2));
        await scenario.Scenario.PassAsync(TimeSpan.FromSeconds(1));
        long stopped = await scenario.Server.StopAsync();
        scenario.Lab.Own(new Strangers(scenario.Lab.Client, NetworkLab.ServerAddress, SideChannelScenario.SidePort, 5));
        PeerEvent[] losses = await scenario.LossesAsync(scenario.Client, Count, stopped, "the stop");
        losses.Should().AllSatisfy(lost => lost
            .ShouldBe(typeof(SideConnectionSilent), LossDiagnosis.PeerUnresponsive)
            .ShouldComeSoonAfter(stopped, SideChannelScenario.DetectWithin * 2)
            .ShouldNotComeBefore(stopped, SideChannelScenario.DetectWithin));
    }

    [NetworkFact]
    public async Task Watched_or_not_an_idle_connection_with_a_user_timeout_of_its_own_outlives_an_outage()
    {
        SidePeerOptions options = s_options with
        {
            Connections = 5,
            Ports = [SideChannelScenario.DataPort, SideChannelScenario.OtherDataPort],
            UnwatchedPorts = [SideChannelScenario.OtherDataPort],
            UserTimeout = TimeSpan.FromSeconds(2),
        };
        await using SideChannelScenario scenario = await StartAsync("twins with a user timeout", options, options);
        await scenario.Scenario.PassAsync(TimeSpan.FromSeconds(1));
        await scenario.Lab.CutAsync();
        await scenario.Scenario.PassAsync(TimeSpan.FromSeconds(3.5));
        await scenario.Lab.HealAsync();
        await scenario.Scenario.PassAsync(TimeSpan.FromSeconds(2));
        await scenario.ShouldPassDataAsync(10);
        scenario.Client.Losses.Concat(scenario.Server.Losses).Select(loss => loss.Loss!.Text).Should().BeEmpty();
        scenario.Print("5 watched and 5 unwatched connections pass data after an outage of 3.5 s, user timeout 2 s");
    }

    [NetworkFact]
    public async Task Watched_or_not_a_connection_whose_peer_does_not_read_outlives_an_outage_and_is_reset_with_its_peer()
    {
        // More than a receive buffer holds that nobody reads: the window closes, and keepalive is suspended.
        SidePeerOptions options = s_options with
        {
            Connections = 5,
            Ports = [SideChannelScenario.DataPort, SideChannelScenario.OtherDataPort],
            UnwatchedPorts = [SideChannelScenario.OtherDataPort],
            Request = new string('x', 120_000),
        };
        await using SideChannelScenario scenario = await StartAsync("twins with a closed window", options, options with { Request = "", DoesNotRead = true });
        await scenario.Client.TellAsync("fill", scenario.Limit);
        await scenario.Scenario.PassAsync(TimeSpan.FromSeconds(1));
        await scenario.Lab.CutAsync();
        await scenario.Scenario.PassAsync(TimeSpan.FromSeconds(3.5));
        await scenario.Lab.HealAsync();

        await scenario.Scenario.PassAsync(s_bound * 3);
        int waiting = await scenario.Lab.CountWaitingAsync(SideChannelScenario.DataPort, SideChannelScenario.OtherDataPort);
        waiting.Should().Be(10, "all windows are closed, and bytes wait behind them");
        scenario.Client.Losses.Concat(scenario.Server.Losses).Select(loss => loss.Loss!.Text).Should().BeEmpty();
        scenario.Client.Events.Count(happened => happened.Kind == PeerEventKind.Failed).Should().Be(0, "all ten go on");

        long killed = await scenario.Server.KillAsync();
        PeerEvent[] losses = await scenario.LossesAsync(scenario.Client, 5, killed, "the kill");
        losses.Should().AllSatisfy(lost => lost.ShouldBeOneOf(typeof(ConnectionReset)).ShouldComeSoonAfter(killed, s_bound));
        await scenario.Client.WaitAsync(PeerEventKind.Failed, 10, scenario.Limit);
        scenario.Print("5 watched and 5 unwatched connections with a closed window outlive an outage of 3.5 s, and are reset with their peer");
    }

    [NetworkFact]
    public async Task Watched_or_not_a_connection_with_keepalive_of_its_own_dies_at_the_same_time()
    {
        SidePeerOptions options = s_options with
        {
            Connections = 5,
            Ports = [SideChannelScenario.DataPort, SideChannelScenario.OtherDataPort],
            UnwatchedPorts = [SideChannelScenario.OtherDataPort],
            DetectWithin = TimeSpan.FromSeconds(20),
            OwnKeepAlive = TimeSpan.FromSeconds(5),
        };
        await using SideChannelScenario scenario = await StartAsync("twins with keepalive of their own", options, options);
        await scenario.Scenario.PassAsync(TimeSpan.FromSeconds(1));
        long cut = await scenario.Lab.CutAsync();

        PeerEvent[] ends = await scenario.Client.WaitAsync(PeerEventKind.Failed, 10, scenario.Limit);

        double[] after = [.. ends.OrderBy(end => end.Connection).Select(end => Stopwatch.GetElapsedTime(cut, end.At).TotalSeconds)];
        after.Should().AllSatisfy(seconds => seconds.Should().BeInRange(3.5, 7));
        Math.Abs(after[..5].Average() - after[5..].Average()).Should().BeLessThan(1.5, "timers of this length may be an eighth late, and there are several");
        scenario.Print(FormattableString.Invariant($"the watched ones end {after[..5].Average():0.000} s after the cut, their twins {after[5..].Average():0.000} s"));
    }

    [NetworkFact]
    public async Task A_box_that_swallows_probes_costs_nothing()
    {
        await using SideChannelScenario scenario = await StartAsync("probes swallowed");
        await scenario.Lab.SwallowProbesAsync(SideChannelScenario.DataPort);
        await scenario.Scenario.PassAsync(s_bound * 3);
        scenario.Client.Losses.Concat(scenario.Server.Losses).Select(loss => loss.Loss!.Text).Should().BeEmpty();
        await scenario.Lab.HealAsync();
        await scenario.ShouldPassDataAsync(Count);
        scenario.Print("nothing lost in three bounds; data passes");
    }

    [NetworkFact]
    public async Task A_sandbox_that_refuses_to_tell_costs_nothing_and_a_dead_host_is_still_found()
    {
        SidePeerOptions options = s_options with { RefusesTcpInfo = true };
        await using SideChannelScenario scenario = await StartAsync("TCP_INFO refused", options, options);
        await scenario.FareWellAsync();
        long cut = await scenario.Lab.CutAsync();
        foreach (SidePeerProcess end in new[] { scenario.Client, scenario.Server })
        {
            PeerEvent[] losses = await scenario.LossesAsync(end, Count, cut, "the cut");

            // Without the kernel's word nothing tells a dead side path from a dead host for sure.
            losses.Should().AllSatisfy(lost => lost
                .ShouldBeOneOf(typeof(SideConnectionSilent))
                .ShouldMean(LossDiagnosis.PeerHostOrPathDead)
                .ShouldComeSoonAfter(cut, SideChannelScenario.DetectWithin * 2));
        }
    }

    /// <summary>Vouched for at both ends.</summary>
    private async Task<SideChannelScenario> StartAsync(string name, SidePeerOptions? client = null, SidePeerOptions? server = null, Func<NetworkLab, Task>? prepare = null)
    {
        SideChannelScenario scenario = await SideChannelScenario.PrepareAsync(output, name);
        try
        {
            await (prepare?.Invoke(scenario.Lab) ?? Task.CompletedTask);
            SidePeerOptions options = client ?? s_options;
            await scenario.ConnectAsync(options, server ?? s_options);
            int count = options.Connections * options.Ports.Length;
            await scenario.Client.UntilAsync(conditions => conditions == ConnectionConditions.None, count, scenario.Limit);
            await scenario.Server.UntilAsync(conditions => conditions == ConnectionConditions.None, count, scenario.Limit);
            return scenario;
        }
        catch
        {
            await scenario.DisposeAsync();
            throw;
        }
    }
}
