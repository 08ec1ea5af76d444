using CableLab;

namespace Liveness.Tests.Samples;

/// <summary>The pure part of samples/PullTheCable --real: which commands lay, cut and remove its cable.</summary>
public sealed class CableTests
{
    private static readonly Cable s_cable = new(42);

    [Fact]
    public void It_is_laid_inside_its_own_namespaces_only()
    {
        s_cable.Lay.Should().Equal(
            "netns add pull-the-cable-42-client",
            "netns add pull-the-cable-42-server",
            "-n pull-the-cable-42-client link add cable address 02:00:00:00:00:01 type veth peer name cable address 02:00:00:00:00:02 netns pull-the-cable-42-server",
            "-n pull-the-cable-42-client addr add 192.0.2.1/24 dev cable",
            "-n pull-the-cable-42-client link set lo up",
            "-n pull-the-cable-42-client link set cable up",
            "-n pull-the-cable-42-server addr add 192.0.2.2/24 dev cable",
            "-n pull-the-cable-42-server link set lo up",
            "-n pull-the-cable-42-server link set cable up",
            "-n pull-the-cable-42-client neigh replace 192.0.2.2 lladdr 02:00:00:00:00:02 dev cable nud permanent",
            "-n pull-the-cable-42-server neigh replace 192.0.2.1 lladdr 02:00:00:00:00:01 dev cable nud permanent");
    }

    [Fact]
    public void A_cut_sends_the_frames_of_one_end_to_nobody_and_leaves_the_interfaces_alone()
    {
        s_cable.CutToServer.Should().Be("-n pull-the-cable-42-client neigh replace 192.0.2.2 lladdr 02:00:00:00:00:99 dev cable nud permanent");
        s_cable.CutToClient.Should().Be("-n pull-the-cable-42-server neigh replace 192.0.2.1 lladdr 02:00:00:00:00:99 dev cable nud permanent");
    }

    [Fact]
    public void One_address_of_the_server_can_be_cut_both_ways_while_the_other_is_reached()
    {
        System.Net.IPAddress second = System.Net.IPAddress.Parse("192.0.2.3");
        const string Reached = "-n pull-the-cable-42-client neigh replace 192.0.2.3 lladdr 02:00:00:00:00:02 dev cable nud permanent";

        s_cable.Add(second).Should().Equal("-n pull-the-cable-42-server addr add 192.0.2.3/24 dev cable", Reached);
        s_cable.CutBothWays(second).Should().Equal(
            "-n pull-the-cable-42-client neigh replace 192.0.2.3 lladdr 02:00:00:00:00:99 dev cable nud permanent",
            "-n pull-the-cable-42-server neigh replace 192.0.2.99 lladdr 02:00:00:00:00:99 dev cable nud permanent",
            "-n pull-the-cable-42-server route replace 192.0.2.1 via 192.0.2.99 dev cable table 100",
            "-n pull-the-cable-42-server rule add from 192.0.2.3 table 100");
        s_cable.RejoinBothWays(second).Should().Equal(Reached, "-n pull-the-cable-42-server rule del from 192.0.2.3 table 100");
    }

    [Fact]
    public void A_reset_comes_from_a_host_that_has_taken_over_the_peers_address()
    {
        s_cable.TakeOver.Should().Equal(
            "-n pull-the-cable-42-client addr add 192.0.2.2/32 dev lo",
            "-n pull-the-cable-42-server addr add 192.0.2.1/32 dev lo");
    }

    [Fact]
    public void The_server_listens_at_the_end_that_has_its_address()
    {
        Cable.ServerAddress.ToString().Should().Be("192.0.2.2");
    }

    [Fact]
    public void Its_own_namespaces_and_those_of_dead_runs_are_removed_and_nothing_else()
    {
        const string Listed = """
            somebodys
            pull-the-cable-42-server (id: 1)
            pull-the-cable-42-client
            pull-the-cable-43-client (id: 3)
            pull-the-cable-44-client
            pull-the-cable-44-server (id: 5)
            pull-the-cable-44-router
            pull-the-cable-x-client
            pull-the-cable--44-client
            pull-the-cable-client

            """;

        s_cable.Remove(Listed.ReplaceLineEndings("\n"), process => process is 42 or 43).Should().Equal(
            "netns del pull-the-cable-42-server",
            "netns del pull-the-cable-42-client",
            "netns del pull-the-cable-44-client",
            "netns del pull-the-cable-44-server");
    }

    [Fact]
    public void Everything_that_is_laid_is_removed()
    {
        string[] spaces = [.. s_cable.Lay.Where(command => command.StartsWith("netns add ", StringComparison.Ordinal)).Select(command => command["netns add ".Length..])];

        s_cable.Remove(string.Join('\n', spaces), _ => true).Should().Equal(spaces.Select(space => $"netns del {space}"));
    }

    [Fact]
    public void Nothing_is_removed_where_nothing_is_left()
    {
        s_cable.Remove("", _ => false).Should().BeEmpty();
    }
}
