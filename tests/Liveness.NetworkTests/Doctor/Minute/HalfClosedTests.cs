using Liveness.NetworkTests.Lab;
using Liveness.NetworkTests.Scenarios;

namespace Liveness.NetworkTests.Doctor.Minute;

/// <summary>A half close is told after a minute: many programs mean it.</summary>
public sealed class HalfClosedTests
{
    [NetworkFact("redis-server", "redis-cli", "python3")]
    public async Task A_half_close_is_found_at_both_ends_where_redis_stands_still()
    {
        Prerequisites.Demand("redis-server", "redis-cli", "python3");
        await using NetworkLab lab = await NetworkLab.CreateAsync();
        LabProcess redis = await RedisServer.StartAsync(lab);
        await StageProcess.StartAsync(lab, lab.Client, "half");
        await redis.StopAsync();

        (string?, int, string) atServer = ("redis-server", 43012, "NotClosed");
        (string?, int, string) atClient = ("python3", 43012, "HalfClosed");
        Sightings server = await Sightings.LookUntilAsync(lab.Server, atServer: true, atServer);
        Sightings client = await Sightings.LookUntilAsync(lab.Client, atServer: false, atClient);
        await redis.ContinueAsync();

        server.Found.Should().Equal(atServer);
        client.Found.Should().Equal(atClient);
    }
}
