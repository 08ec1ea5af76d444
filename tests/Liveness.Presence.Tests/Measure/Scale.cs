using System.Diagnostics;

namespace Liveness.Presence.Tests.Measure;

/// <summary>Many connections on ten gateways against one server: what they cost, at rest and not.</summary>
internal static class Scale
{
    private const int Gateways = 10;
    private const int Finds = 10_000;

    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(30);

    public static async Task RunAsync(int connections)
    {
        await using MeasuredRedis redis = await MeasuredRedis.StartAsync();
        MeasuredGateway[] gateways = await Task.WhenAll(
            Enumerable.Range(0, Gateways).Select(i => MeasuredGateway.StartAsync($"gw-{i}", redis.Address, "liveness")));
        await using MeasuredGateway looker = await MeasuredGateway.StartAsync(null, redis.Address, "liveness");
        long empty = await redis.MemoryAsync();
        long own = GC.GetTotalMemory(forceFullCollection: true);
        long rest = await redis.CommandsWithinAsync(s_rest);
        Figures.Say($"at rest, no connection: {rest} commands in {s_rest.TotalSeconds:0} s of {Gateways} gateways");

        long commands = await redis.CommandsAsync();
        Stopwatch watch = Stopwatch.StartNew();
        int share = connections / Gateways;
        await Task.WhenAll(gateways.Select((gateway, i) => Task.Run(async () =>
        {
            gateway.Attach(i * share, share);
            await gateway.SettledAsync();
        })));
        Figures.Say($"{connections:N0} connections on {Gateways} gateways registered in {watch.Elapsed.TotalSeconds:0.0} s");
        Figures.Say($"{(await redis.CommandsAsync() - commands) / (double)connections:0.00} commands for each connection meanwhile");
        Figures.Say($"{(await redis.MemoryAsync() - empty) / (double)connections:0} bytes of the server for each connection");
        Figures.Say($"{(GC.GetTotalMemory(forceFullCollection: true) - own) / (double)connections:0} bytes of its gateway for each");
        rest = await redis.CommandsWithinAsync(s_rest);
        Figures.Say($"at rest, {connections:N0} connections: {rest} commands in {s_rest.TotalSeconds:0} s of {Gateways} gateways");

        Figures.Say($"find, one after the other: {await FindAsync(looker.Presence, connections)}");
        watch.Restart();
        int listed = await looker.CountAsync("gw-3", PresenceStatus.Connected);
        Figures.Say($"{listed:N0} devices of one gateway listed in {watch.Elapsed.TotalMilliseconds:0} ms");
        await Task.WhenAll(gateways.Select(static gateway => gateway.DisposeAsync().AsTask()));
    }

    private static async Task<string> FindAsync(IPresence presence, int connections)
    {
        Random random = new(1);
        List<TimeSpan> times = [];
        for (int i = 0; i < Finds; i++)
        {
            long begun = Stopwatch.GetTimestamp();
            PresenceEntry? entry = await presence.FindAsync(MeasuredGateway.Key(random.Next(connections)));
            times.Add(Stopwatch.GetElapsedTime(begun));
            entry!.Status.Should().Be(PresenceStatus.Connected);
        }

        return Figures.Spread(times);
    }
}
