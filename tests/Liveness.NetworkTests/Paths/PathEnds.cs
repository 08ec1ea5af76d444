using Liveness.NetworkTests.Lab;
using Liveness.NetworkTests.Peer;

namespace Liveness.NetworkTests.Paths;

/// <summary>The two ends of many connections over one path, from their start; the lab ends them.</summary>
internal sealed record PathEnds(PeerProcess Client, PeerProcess Server, int Connections)
{
    private const int Port = 7000;

    /// <summary>How long all goes well before something happens to the path.</summary>
    private static readonly TimeSpan s_well = TimeSpan.FromSeconds(3);

    /// <summary>What became of them so far.</summary>
    public PathTally Tally => PathTally.Of(Connections, Client.Events, Server.Events);

    /// <summary>Starts both ends and connects them.</summary>
    /// <param name="lab">Where.</param>
    /// <param name="options">Of both; their roles and the port are added.</param>
    /// <param name="limit">Of the whole.</param>
    public static async Task<PathEnds> ConnectAsync(NamespaceLab lab, PeerOptions options, CancellationToken limit)
    {
        options = options with { Port = Port };
        PeerProcess server = await PeerProcess.StartAsync(lab, lab.Server, options with { Role = PeerRole.Server }, limit);
        PeerProcess client = await PeerProcess.StartAsync(lab, lab.Client, options with { Role = PeerRole.Client }, limit);
        await client.TellAsync("connect", limit);
        await client.WaitAsync(PeerEventKind.Opened, options.Connections, limit);
        await server.WaitAsync(PeerEventKind.Opened, options.Connections, limit);
        await Task.Delay(s_well, limit);
        return new PathEnds(client, server, options.Connections);
    }
}
