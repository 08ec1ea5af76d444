using Liveness.NetworkTests.Peer;

namespace Liveness.NetworkTests.Lab;

/// <summary>One end of the connections, in a process of its own: this program, started as a peer.</summary>
internal sealed class PeerProcess : ReportingProcess
{
    private PeerProcess(string inNamespace, PeerOptions options)
        : base(inNamespace, options.Role.ToString(), "peer", options.ToArgument())
    {
        Options = options;
    }

    public PeerOptions Options { get; }

    public static async Task<PeerProcess> StartAsync(NamespaceLab lab, string inNamespace, PeerOptions options, CancellationToken cancellationToken)
    {
        PeerProcess process = lab.Own(new PeerProcess(inNamespace, options));
        await process.WaitAsync(PeerEventKind.Ready, 1, cancellationToken);
        return process;
    }

    /// <summary>How its connections fare now, in their order.</summary>
    public async Task<ConnectionStatus[]> StatusAsync(CancellationToken cancellationToken)
    {
        int before = Events.Count(happened => happened.Kind == PeerEventKind.Status);
        await TellAsync("status", cancellationToken);
        return [.. Events.Where(happened => happened.Kind == PeerEventKind.Status).Skip(before).Select(happened => happened.Status!)];
    }
}
