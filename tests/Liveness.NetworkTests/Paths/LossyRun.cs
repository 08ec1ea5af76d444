using Liveness.NetworkTests.Lab;
using Liveness.NetworkTests.Peer;

namespace Liveness.NetworkTests.Paths;

/// <summary>Idle connections over a path that loses packets at random, each way.</summary>
internal static class LossyRun
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(3);

    public static async Task<PathTally> RunAsync(int connections, TimeSpan detectWithin, double share, TimeSpan time)
    {
        await using NetworkLab lab = await NetworkLab.CreateAsync();
        using CancellationTokenSource limit = new(s_longest);
        PeerOptions options = new() { Address = NetworkLab.ServerAddress, DetectWithin = detectWithin, Connections = connections };
        PathEnds ends = await PathEnds.ConnectAsync(lab, options, limit.Token);
        await lab.LoseAsync(share);
        await Task.Delay(time, limit.Token);
        return ends.Tally;
    }
}
