using Liveness.NetworkTests.Peer;
using Liveness.NetworkTests.PingPeer;

namespace Liveness.NetworkTests.Lab;

/// <summary>A client of a foreign server, in a process of its own.</summary>
internal sealed class PingPeerProcess : ReportingProcess
{
    private PingPeerProcess(string inNamespace, PingPeerOptions options)
        : base(inNamespace, "pinging client", "ping-peer", options.ToArgument())
    {
    }

    public static async Task<PingPeerProcess> StartAsync(NetworkLab lab, string inNamespace, PingPeerOptions options, CancellationToken cancellationToken)
    {
        PingPeerProcess process = lab.Own(new PingPeerProcess(inNamespace, options));
        await process.WaitAsync(PeerEventKind.Ready, 1, cancellationToken);
        return process;
    }

    /// <summary>How its connection fares, with the number of pings.</summary>
    public async Task<(ConnectionStatus Status, int Pings)> StatusAsync(CancellationToken cancellationToken)
    {
        await TellAsync("status", cancellationToken);
        PeerEvent newest = Events.Last(happened => happened.Kind == PeerEventKind.Status);
        return (newest.Status!, newest.Count!.Value);
    }
}
