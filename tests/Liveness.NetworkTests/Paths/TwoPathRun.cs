using Liveness.NetworkTests.Lab;
using Liveness.NetworkTests.Peer;

namespace Liveness.NetworkTests.Paths;

/// <summary>Idle connections over two equal IPv6 paths, of which one is cut silently.</summary>
internal static class TwoPathRun
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_watched = TimeSpan.FromSeconds(12);

    public static async Task<PathTally> RunAsync(int connections, PeerMode mode, TimeSpan detectWithin)
    {
        await using TwoPathLab lab = await TwoPathLab.CreateAsync();
        using CancellationTokenSource limit = new(s_longest);
        PeerOptions options = new() { Address = TwoPathLab.ServerAddress, Mode = mode, DetectWithin = detectWithin, Connections = connections };
        PathEnds ends = await PathEnds.ConnectAsync(lab, options, limit.Token);
        int before = ends.Tally.Lost;
        await lab.CutOnePathAsync();
        await Task.Delay(detectWithin + s_watched, limit.Token);
        int changed = 0;
        foreach (PeerProcess end in new[] { ends.Client, ends.Server })
        {
            changed += (await end.StatusAsync(limit.Token)).Count(status => status.PathChanges > 0);
        }

        return before == 0
            ? ends.Tally with { PathChanges = changed }
            : throw new InvalidOperationException($"{before} connections were lost before the cut.");
    }
}
