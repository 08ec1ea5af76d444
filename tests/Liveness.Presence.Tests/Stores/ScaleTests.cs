using System.Diagnostics;
using System.Globalization;
using StackExchange.Redis;
using Xunit.Abstractions;

namespace Liveness.Presence.Tests.Stores;

/// <summary>What a large fleet costs on one server. Small by default; LIVENESS_PRESENCE_ENTRIES sets the number of devices.</summary>
public sealed class ScaleTests(ITestOutputHelper output)
{
    private const int Gateways = 10;

    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    [RedisFact]
    public async Task A_fleet_is_registered_found_and_listed()
    {
        int entries = int.Parse(Environment.GetEnvironmentVariable("LIVENESS_PRESENCE_ENTRIES") ?? "20000", CultureInfo.InvariantCulture);
        (int port, Process process) = Servers.StartRedis();
        await using OpenedStore opened = await Servers.OpenAsync(port, "asyncTimeout=60000");
        long empty = await UsedAsync(opened);
        Stopwatch watch = Stopwatch.StartNew();

        PartId[] parts = await Task.WhenAll(Enumerable.Range(0, Gateways).Select(i => RegisterAsync(opened.Store, i, entries / Gateways)));

        output.WriteLine($"{entries:N0} devices on {Gateways} gateways registered in {watch.Elapsed.TotalSeconds:N1} s");
        output.WriteLine($"{(await UsedAsync(opened) - empty) / (double)entries:N0} bytes of the server for each");
        double[] finds = await FindAsync(opened.Store, entries);
        output.WriteLine($"find: p50 {finds[finds.Length / 2]:N2} ms, p99 {finds[finds.Length * 99 / 100]:N2} ms");
        watch.Restart();
        int listed = 0;
        await foreach (IReadOnlyList<ListedRow> page in opened.Store.ListAsync(parts[3], default))
        {
            listed += page.Count(one => FleetRules.Judge(one, parts[3], GatewayStatus.Alive) is not null);
        }

        output.WriteLine($"{listed:N0} devices of one gateway listed in {watch.Elapsed.TotalMilliseconds:N0} ms");
        listed.Should().Be(entries / Gateways);
        Servers.Kill(process);
    }

    private static async Task<PartId> RegisterAsync(IPresenceStore store, int gateway, int count)
    {
        LeaseReply lease = await store.LeaseAsync(new LeaseRequest($"gw-{gateway}", null, "suffix00", 0, 0, TimeSpan.FromMinutes(30), s_day));
        PartId part = new($"gw-{gateway}", lease.Epoch);
        for (int version = 0; version < count;)
        {
            int begin = version;
            version = Math.Min(count, begin + GatewayMachine.MostInBatch);
            WriteItem[] items = [.. Enumerable.Range(begin, version - begin).Select(i =>
                new WriteItem($"meter {gateway}-{i}", new EntryData(lease.StoreTime, "devices", "10.20.30.40:50000", 5_000), null, true))];
            await store.WriteAsync(part, new WriteBatch(new VersionMark(version, false), items, s_day));
        }

        return part;
    }

    private static async Task<double[]> FindAsync(IPresenceStore store, int entries)
    {
        Random random = new(1);
        List<double> took = [];
        for (int i = 0; i < 2_000; i++)
        {
            string key = $"meter {random.Next(Gateways)}-{random.Next(entries / Gateways)}";
            long begun = Stopwatch.GetTimestamp();
            KeyRow row = (await store.FindAsync([key]))[0];
            took.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            FleetRules.Judge(row)!.Status.Should().Be(PresenceStatus.Connected);
        }

        took.Sort();
        return [.. took];
    }

    private static async Task<long> UsedAsync(OpenedStore opened)
    {
        IServer server = opened.Multiplexer!.GetServers().Single();
        string used = (await server.InfoAsync("memory")).SelectMany(static group => group).Single(static pair => pair.Key == "used_memory").Value;
        return long.Parse(used, CultureInfo.InvariantCulture);
    }
}
