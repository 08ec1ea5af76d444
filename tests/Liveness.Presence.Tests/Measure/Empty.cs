using System.Diagnostics;

namespace Liveness.Presence.Tests.Measure;

/// <summary>The server comes back with nothing in it: when has it everything again?</summary>
internal static class Empty
{
    private static readonly TimeSpan s_promised = TimeSpan.FromSeconds(30);

    public static async Task<bool> RunAsync(int connections)
    {
        await using MeasuredRedis redis = await MeasuredRedis.StartAsync();
        await using MeasuredGateway looker = await MeasuredGateway.StartAsync(null, redis.Address, "liveness");
        await using MeasuredGateway gateway = await MeasuredGateway.StartAsync("gw-0", redis.Address, "liveness");
        gateway.Attach(0, connections);
        await gateway.SettledAsync();

        long killed = Stopwatch.GetTimestamp();
        await redis.RestartEmptyAsync();
        TimeSpan restarted = Stopwatch.GetElapsedTime(killed);
        while (await CountAsync(looker) != connections)
        {
            await Task.Delay(50);
        }

        TimeSpan found = Stopwatch.GetElapsedTime(killed);
        await gateway.SettledAsync();
        TimeSpan whole = Stopwatch.GetElapsedTime(killed);
        Figures.Say($"server killed and started again empty after {restarted.TotalSeconds:0.00} s; {connections:N0} devices are back "
            + $"{(found - restarted).TotalSeconds:0.0} s after that, and the gateway is whole after {(whole - restarted).TotalSeconds:0.0} s");
        return whole - restarted <= s_promised;
    }

    private static async Task<int> CountAsync(MeasuredGateway looker)
    {
        try
        {
            return await looker.CountAsync("gw-0", PresenceStatus.Connected);
        }
        catch (PresenceStoreException)
        {
            // It is not there yet.
            return -1;
        }
    }
}
