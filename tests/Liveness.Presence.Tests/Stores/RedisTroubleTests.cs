using System.Diagnostics;
using System.Globalization;
using StackExchange.Redis;
using Xunit.Abstractions;

namespace Liveness.Presence.Tests.Stores;

/// <summary>What a real server, or whoever else writes there, can do wrong: a clear word each time.</summary>
public sealed class RedisTroubleTests(ITestOutputHelper output)
{
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    public static TheoryData<StoreKind> Real => Servers.Real;

    [Theory]
    [MemberData(nameof(Real))]
    public async Task Values_that_somebody_else_has_written_are_left_out_and_told(StoreKind kind)
    {
        await using OpenedStore opened = await Servers.OpenAsync(kind);
        PartId part = await RegisterAsync(opened);
        await WriteAsync(opened, part, 2, "a", "b");
        await opened.Database.HashSetAsync(opened.Keys!.Part(part), "a", "not json");
        await opened.Database.HashSetAsync(opened.Keys.Pointers(Shards.Of("c")), "c", "nonsense");
        await opened.Database.HashSetAsync(opened.Keys.Losses(Shards.Of("b")), "b", "{}");
        await opened.Database.HashSetAsync(opened.Keys.Gateways, "gw-x", "nonsense");

        IReadOnlyList<KeyRow> rows = await opened.Store.FindAsync(["a", "b", "c"]);
        FleetRows fleet = await opened.Store.GatewaysAsync();

        rows.Select(static row => FleetRules.Judge(row)?.Status).Should().Equal(
            PresenceStatus.Disconnected, PresenceStatus.Connected, null);
        fleet.Gateways.Should().ContainSingle().Which.Gateway.Should().Be("gw-1");
        opened.Strange.Should().HaveCount(4).And.OnlyContain(place => place.StartsWith(opened.Keys.Prefix, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Real))]
    public async Task A_key_of_another_type_and_a_schema_of_another_version_are_told_with_a_cure(StoreKind kind)
    {
        await using OpenedStore opened = await Servers.OpenAsync(kind);
        await opened.Database.StringSetAsync(opened.Keys!.Schema, "2");
        (await RefusalAsync(opened)).Message.Should().Contain("schema 2").And.Contain("choose another prefix");
        await opened.Database.KeyDeleteAsync(opened.Keys.Schema);
        await opened.Database.StringSetAsync(opened.Keys.Gateways, "in use");
        (await RefusalAsync(opened)).Message.Should().Contain("WRONGTYPE").And.Contain("choose another prefix");
        await opened.Database.KeyDeleteAsync(opened.Keys.Gateways);
        await opened.Database.StringSetAsync(opened.Keys.Lease("gw-1"), "in use");
        (await RefusalAsync(opened)).Message.Should().Contain("no lease");
    }

    [RedisFact]
    public async Task A_full_a_read_only_and_a_locked_server_say_so_without_secrets()
    {
        (int port, Process process) = Servers.StartRedis();
        await using OpenedStore opened = await Servers.OpenAsync(port);
        IServer server = opened.Multiplexer!.GetServers().Single();
        await server.ConfigSetAsync("maxmemory", "1");
        (await RefusalAsync(opened)).Message.Should().Contain("OOM").And.Contain("noeviction");
        await server.ConfigSetAsync("maxmemory", "0");
        await server.ConfigSetAsync("requirepass", "hidden-1234");
        await using (OpenedStore wrong = await Servers.OpenAsync(port, "password=wrong-5678"))
        {
            string message = (await RefusalAsync(wrong)).Message;
            message.Should().NotContain("wrong-5678").And.Match("*(prefix test-*");
        }

        Servers.Kill(process);
        await process.WaitForExitAsync();
        (await RefusalAsync(opened)).Message.Should().Match("*can't be reached*");
    }

    [RedisFact]
    public async Task A_read_only_replica_says_so()
    {
        (int port, Process process) = Servers.StartRedis("--replicaof", "127.0.0.1", "1");
        await using OpenedStore opened = await Servers.OpenAsync(port);

        (await RefusalAsync(opened)).Message.Should().ContainAny("READONLY", "MASTERDOWN", "can't be reached");
        Servers.Kill(process);
    }

    /// <summary>No more is sent than Explain says.</summary>
    [RedisFact]
    public async Task A_step_costs_no_more_commands_than_are_told()
    {
        (int port, Process process) = Servers.StartRedis();
        await using OpenedStore opened = await Servers.OpenAsync(port);
        PartId part = await RegisterAsync(opened);
        await WriteAsync(opened, part, 1, "a");
        await opened.Store.GatewaysAsync();

        // After a transaction the client selects its database anew: so each comes twice.
        await opened.Store.LeaseAsync(Request(part.Epoch));
        int renewal = await CountAsync(opened, "renewal", () => opened.Store.LeaseAsync(Request(part.Epoch)));
        await WriteAsync(opened, part, 2, "b");
        int change = await CountAsync(opened, "change", () => WriteAsync(opened, part, 3, "c"));
        int sweep = await CountAsync(opened, "sweep", () => opened.Store.SweepAsync(1, new SweepRules(s_day)));
        sweep += await CountAsync(opened, "the gateways of a sweep", opened.Store.GatewaysAsync);
        int poll = await CountAsync(opened, "poll", opened.Store.GatewaysAsync);

        StoreCosts costs = opened.Store.Costs!;
        renewal.Should().BeInRange(1, costs.Renewal);
        change.Should().BeInRange(1, costs.Change);
        sweep.Should().BeInRange(1, costs.Sweep + costs.PollOfGateway);
        poll.Should().BeInRange(1, costs.Poll + costs.PollOfGateway);
        Servers.Kill(process);
    }

    private async Task<int> CountAsync(OpenedStore opened, string name, Func<Task> step)
    {
        IServer server = opened.Multiplexer!.GetServers().Single();
        Dictionary<string, int> before = await CallsAsync(server);
        await step();

        // Behind whatever the step has sent without waiting for it: the connection is the same.
        Dictionary<string, int> sent = (await CallsAsync(server))
            .Select(one => KeyValuePair.Create(one.Key, one.Value - before.GetValueOrDefault(one.Key)))
            .Where(static one => one.Value > 0).ToDictionary();
        output.WriteLine($"{name}: {string.Join(", ", sent.Select(static one => $"{one.Value} {one.Key}"))}");
        return sent.Values.Sum();
    }

    /// <summary>How often the server has run each command, without those that its client sends for itself at any time.</summary>
    private static async Task<Dictionary<string, int>> CallsAsync(IServer server) =>
        (await server.InfoAsync("commandstats")).SelectMany(static group => group)
            .Select(static pair => (Name: pair.Key["cmdstat_".Length..], Calls: pair.Value.Split(["calls=", ","], StringSplitOptions.None)[1]))
            .Where(static one => one.Name.Split('|')[0] is not ("info" or "ping" or "echo" or "config" or "client" or "hello" or "subscribe"))
            .ToDictionary(static one => one.Name, static one => int.Parse(one.Calls, CultureInfo.InvariantCulture));

    private static async Task<PresenceStoreException> RefusalAsync(OpenedStore opened)
    {
        Func<Task> ask = () => opened.Store.LeaseAsync(Request(null));
        return (await ask.Should().ThrowAsync<PresenceStoreException>()).Which;
    }

    private static LeaseRequest Request(string? epoch) => new("gw-1", epoch, "suffix00", 0, 0, TimeSpan.FromSeconds(60), s_day);

    private static async Task<PartId> RegisterAsync(OpenedStore opened) => new("gw-1", (await opened.Store.LeaseAsync(Request(null))).Epoch);

    private static Task<WriteReply> WriteAsync(OpenedStore opened, PartId part, long version, params string[] keys) =>
        opened.Store.WriteAsync(part, new WriteBatch(
            new VersionMark(version, false), [.. keys.Select(static key => new WriteItem(key, new EntryData(10, "n", "r", null), null, true))], s_day));
}
