using Liveness.NetworkTests.Lab;
using Liveness.NetworkTests.Peer;

namespace Liveness.NetworkTests.Paths;

/// <summary>Idle connections over two equal IPv6 paths, of which one is cut silently.</summary>
internal static class TwoPathRun
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_well = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_watched = TimeSpan.FromSeconds(12);

    public static async Task<PathTally> RunAsync(int connections, PeerMode mode, TimeSpan detectWithin)
    {
        await using TwoPathLab lab = await TwoPathLab.CreateAsync();
        using CancellationTokenSource limit = new(s_longest);
        PeerOptions options = new() { Address = TwoPathLab.ServerAddress, Port = 7000, Mode = mode, DetectWithin = detectWithin, Connections = connections };
        PeerProcess server = await PeerProcess.StartAsync(lab, lab.Server, options with { Role = PeerRole.Server }, limit.Token);
        PeerProcess client = await PeerProcess.StartAsync(lab, lab.Client, options with { Role = PeerRole.Client }, limit.Token);
        await client.TellAsync("connect", limit.Token);
        await client.WaitAsync(PeerEventKind.Opened, connections, limit.Token);
        await server.WaitAsync(PeerEventKind.Opened, connections, limit.Token);
        await Task.Delay(s_well, limit.Token);
        int before = PathTally.Of(connections, client.Events, server.Events).Lost;
        await lab.CutOnePathAsync();
        await Task.Delay(detectWithin + s_watched, limit.Token);
        int changed = 0;
        foreach (PeerProcess end in new[] { client, server })
        {
            changed += (await end.StatusAsync(limit.Token)).Count(status => status.PathChanges > 0);
        }

        return before == 0 ? PathTally.Of(connections, client.Events, server.Events) with { PathChanges = changed } : throw new InvalidOperationException($"{before} connections were lost before the cut.");
    }
}
