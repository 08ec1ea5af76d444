using Liveness.NetworkTests.Lab;
using Liveness.NetworkTests.Peer;

namespace Liveness.NetworkTests.Paths;

/// <summary>Idle connections over a path that loses packets at random, each way.</summary>
internal static class LossyRun
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan s_well = TimeSpan.FromSeconds(2);

    public static async Task<PathTally> RunAsync(int connections, TimeSpan detectWithin, double share, TimeSpan time)
    {
        await using NetworkLab lab = await NetworkLab.CreateAsync();
        using CancellationTokenSource limit = new(s_longest);
        PeerOptions options = new() { Address = NetworkLab.ServerAddress, Port = 7000, DetectWithin = detectWithin, Connections = connections };
        PeerProcess server = await PeerProcess.StartAsync(lab, lab.Server, options with { Role = PeerRole.Server }, limit.Token);
        PeerProcess client = await PeerProcess.StartAsync(lab, lab.Client, options with { Role = PeerRole.Client }, limit.Token);
        await client.TellAsync("connect", limit.Token);
        await client.WaitAsync(PeerEventKind.Opened, connections, limit.Token);
        await server.WaitAsync(PeerEventKind.Opened, connections, limit.Token);
        await Task.Delay(s_well, limit.Token);
        await lab.LoseAsync(share);
        await Task.Delay(time, limit.Token);
        return PathTally.Of(connections, client.Events, server.Events);
    }
}
