using Liveness.NetworkTests.Lab;
using Liveness.NetworkTests.Peer;
using Liveness.NetworkTests.SidePeer;

namespace Liveness.NetworkTests.Scenarios;

/// <summary>What lies between the ends keeps the peer from knowing a connection: that it does not is no loss.</summary>
public sealed class SideChannelMiddleTests(ITestOutputHelper output)
{
    private const int Count = 5;

    private static readonly SidePeerOptions s_options = SideChannelScenario.Defaults with { Connections = Count };

    [NetworkFact]
    public async Task Connections_to_another_process_on_the_same_port_are_unvouched()
    {
        const int many = 20;
        await using SideChannelScenario scenario = await SideChannelScenario.PrepareAsync(output, "two processes on one port");
        SidePeerOptions options = s_options with { SharesPorts = true, Connections = many };
        SidePeerProcess other = await SidePeerProcess.StartAsync(scenario.Lab, scenario.Lab.Server, options with { Role = PeerRole.Server, SidePort = 0 }, scenario.Limit);
        await scenario.ConnectAsync(options);
        await scenario.Scenario.PassAsync(TimeSpan.FromSeconds(1));
        int elsewhere = other.Events.Count(happened => happened.Kind == PeerEventKind.Opened);
        elsewhere.Should().BeInRange(1, many - 1, "the kernel spreads connections over both");
        await scenario.Client.UntilAsync(conditions => conditions == ConnectionConditions.None, many - elsewhere, scenario.Limit);

        await scenario.FareWellAsync();
        (await scenario.Client.ConditionsAsync(scenario.Limit)).Count(conditions => conditions == ConnectionConditions.Unvouched).Should().Be(elsewhere);
    }

    [NetworkTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Connections_behind_a_NAT_are_unvouched(bool sideToo)
    {
        await using SideChannelScenario scenario = await SideChannelScenario.PrepareAsync(output, $"NAT, {(sideToo ? "both" : "data alone")}");
        await scenario.Lab.HideClientAsync(SideChannelScenario.DataPort);
        if (sideToo)
        {
            await scenario.Lab.HideClientAsync(SideChannelScenario.SidePort);
        }

        await scenario.ConnectAsync(s_options);
        await scenario.FareWellAsync();
        await ShouldAllBeUnvouched(scenario);
    }

    [NetworkFact]
    public async Task Connections_that_are_watched_before_they_are_accepted_are_vouched_for_later()
    {
        await using SideChannelScenario scenario = await SideChannelScenario.PrepareAsync(output, "accepted 2 s later");
        await scenario.ConnectAsync(s_options with { AcceptAfter = TimeSpan.FromSeconds(2) });
        await ShouldAllBeUnvouched(scenario);
        await scenario.FareWellAsync();
        (await scenario.Client.ConditionsAsync(scenario.Limit)).Should().AllSatisfy(conditions => conditions.Should().Be(ConnectionConditions.None));
    }

    [NetworkTheory("haproxy")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connections_through_a_proxy_are_unvouched_unless_a_key_names_them(bool hasKey)
    {
        Prerequisites.Demand("haproxy");
        await using SideChannelScenario scenario = await SideChannelScenario.PrepareAsync(output, $"haproxy{(hasKey ? ", by key" : "")}");
        string configuration = await StartProxyAsync(scenario, SideChannelScenario.DataPort);
        try
        {
            SidePeerOptions options = hasKey ? SideChannelScenario.Defaults with { Key = "a key that both ends know" } : s_options;
            await scenario.ConnectAsync(options with { Address = NetworkLab.RouterNearAddress }, server: options);
            await scenario.FareWellAsync();
            ConnectionConditions expected = hasKey ? ConnectionConditions.None : ConnectionConditions.Unvouched;
            (await scenario.Client.ConditionsAsync(scenario.Limit)).Should().HaveCount(options.Connections).And.AllSatisfy(conditions => conditions.Should().Be(expected));
        }
        finally
        {
            File.Delete(configuration);
        }
    }

    [NetworkFact("haproxy")]
    public async Task A_proxy_whose_way_back_is_dead_for_the_side_alone_costs_no_connection_that_it_carries()
    {
        Prerequisites.Demand("haproxy");
        await using SideChannelScenario scenario = await SideChannelScenario.PrepareAsync(output, "one proxy for both, the side's way back dead");
        string configuration = await StartProxyAsync(scenario, SideChannelScenario.DataPort, SideChannelScenario.SidePort);
        try
        {
            SidePeerOptions options = SideChannelScenario.Defaults with { Key = "a key that both ends know" };
            await scenario.ConnectAsync(options with { Address = NetworkLab.RouterNearAddress, SideAddress = NetworkLab.RouterNearAddress }, server: options);
            await scenario.Client.UntilAsync(conditions => conditions == ConnectionConditions.None, 1, scenario.Limit);

            // The proxy's kernel acknowledges every beat, takes every new connection, and has nothing to pass on.
            await Shell.RunAsync($"ip netns exec {scenario.Lab.Router} iptables -w -I INPUT -p tcp --sport {SideChannelScenario.SidePort} -j DROP");
            await scenario.FareWellAsync();

            (await scenario.Client.ConditionsAsync(scenario.Limit)).Should().Equal(ConnectionConditions.SideDown | ConnectionConditions.Unvouched);
        }
        finally
        {
            File.Delete(configuration);
        }
    }

    /// <returns>The file that says so; to be deleted in the end.</returns>
    private static async Task<string> StartProxyAsync(SideChannelScenario scenario, params int[] ports)
    {
        string configuration = Path.GetTempFileName();
        string defaults = """
            defaults
              mode tcp
              timeout connect 5s
              timeout client 1h
              timeout server 1h

            """;
        IEnumerable<string> listeners = ports.Select(port => $"""
            listen port{port}
              bind {NetworkLab.RouterNearAddress}:{port}
              server s {NetworkLab.ServerAddress}:{port}

            """);
        await File.WriteAllTextAsync(configuration, defaults + string.Concat(listeners), scenario.Limit);
        LabProcess.Start(scenario.Lab, scenario.Lab.Router, "haproxy", "-db", "-f", configuration);
        return configuration;
    }

    private static async Task ShouldAllBeUnvouched(SideChannelScenario scenario) =>
        (await scenario.Client.ConditionsAsync(scenario.Limit)).Should().HaveCount(Count).And.AllSatisfy(conditions => conditions.Should().Be(ConnectionConditions.Unvouched));
}
