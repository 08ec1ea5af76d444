using Liveness.NetworkTests.Lab;

namespace Liveness.NetworkTests.Scenarios;

/// <summary>A real redis on the server's host: a program that knows nothing of us.</summary>
internal static class RedisServer
{
    public const int Port = 6379;

    /// <returns>When it answers.</returns>
    public static async Task<LabProcess> StartAsync(NetworkLab lab)
    {
        LabProcess redis = LabProcess.Start(
            lab, lab.Server, "redis-server", "--port", $"{Port}", "--bind", NetworkLab.ServerAddress, "--protected-mode", "no", "--save", "", "--appendonly", "no", "--dir", Path.GetTempPath());
        await Shell.RunAsync($"for i in $(seq 100); do if ip netns exec {lab.Server} redis-cli -h {NetworkLab.ServerAddress} ping; then exit 0; fi; sleep 0.1; done; exit 1");
        return redis;
    }

    /// <summary>By a connection of its own, on the server's host.</summary>
    public static Task<string> TellAsync(NetworkLab lab, string command) => Shell.RunAsync($"ip netns exec {lab.Server} redis-cli -h {NetworkLab.ServerAddress} {command}");
}
