using System.Text.Json;
using Liveness.NetworkTests.Lab;
using Liveness.NetworkTests.Scenarios;

namespace Liveness.NetworkTests.IdleLimit.Minute;

/// <summary>The tool on a path whose box forgets idle connections: a real connection tracking, and a redis that knows nothing of it.</summary>
public sealed class IdleLimitTests(ITestOutputHelper output)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(100);

    [NetworkFact("redis-server", "redis-cli")]
    public async Task The_limit_of_a_box_is_found_within_a_tenth()
    {
        Prerequisites.Demand("redis-server", "redis-cli");
        await using NetworkLab lab = await NetworkLab.CreateAsync();
        await lab.ForgetIdleAsync(TimeSpan.FromSeconds(20));
        await RedisServer.StartAsync(lab);

        ToolProcess tool = ToolProcess.Start(
            lab, lab.Client, "idle-limit", $"{NetworkLab.ServerAddress}:{RedisServer.Port}", "--max-idle", "24s", "--connections", "32", "--json");
        string document = await tool.ReadAsync().WaitAsync(s_patience);

        output.WriteLine(document);
        JsonElement root = JsonDocument.Parse(document).RootElement;
        root.GetProperty("verdict").GetString().Should().Be("Forgotten");
        root.GetProperty("how").GetString().Should().Be("Silent");
        root.GetProperty("aliveAfterSeconds").GetDouble().Should().BeInRange(18, 20.1);
        root.GetProperty("forgottenAfterSeconds").GetDouble().Should().BeInRange(20, 22);
        (await Shell.RunAsync($"ip netns exec {lab.Client} ss -Htan state all | grep -v TIME-WAIT || true")).Should().BeEmpty("nothing is left");
    }
}
