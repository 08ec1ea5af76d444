using Liveness.NetworkTests.Peer;
using Liveness.NetworkTests.SidePeer;

namespace Liveness.NetworkTests.Lab;

/// <summary>One end of a side channel and of its data connections, in a process of its own.</summary>
internal sealed class SidePeerProcess : ReportingProcess
{
    private SidePeerProcess(string inNamespace, SidePeerOptions options)
        : base(inNamespace, options.Role.ToString(), "side-peer", options.ToArgument())
    {
        Options = options;
    }

    public SidePeerOptions Options { get; }

    public PeerEvent[] Losses => [.. Events.Where(happened => happened.Kind == PeerEventKind.Lost)];

    public static async Task<SidePeerProcess> StartAsync(NetworkLab lab, string inNamespace, SidePeerOptions options, CancellationToken cancellationToken)
    {
        SidePeerProcess process = lab.Own(new SidePeerProcess(inNamespace, options));
        await process.WaitAsync(PeerEventKind.Ready, 1, cancellationToken);
        return process;
    }

    /// <summary>What is said of its connections now, in their order.</summary>
    public async Task<ConnectionConditions[]> ConditionsAsync(CancellationToken cancellationToken)
    {
        int before = Events.Count(happened => happened.Kind == PeerEventKind.Status);
        await TellAsync("status", cancellationToken);
        return [.. Events.Where(happened => happened.Kind == PeerEventKind.Status).Skip(before).Select(happened => happened.Conditions!.Value)];
    }

    /// <summary>Waits until that is said of every connection, or of so many of them.</summary>
    public async Task UntilAsync(Func<ConnectionConditions, bool> isWanted, int count, CancellationToken cancellationToken)
    {
        while ((await ConditionsAsync(cancellationToken)).Count(isWanted) < count)
        {
            await Task.Delay(20, cancellationToken);
        }
    }
}
