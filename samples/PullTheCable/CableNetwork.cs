using System.Net;
using CableLab;

namespace PullTheCable;

/// <summary>The cable between the namespaces, which <see cref="RealRun"/> has laid and will remove.</summary>
internal sealed class CableNetwork(Cable cable, int port) : INetwork
{
    public IPEndPoint EndPoint { get; } = new(Cable.ServerAddress, port);

    public string Way => "over the cable to";

    public string AfterCut => "no frame arrives, nothing acknowledges, and every interface is still up";

    public Task CutAsync(bool toServer, bool toClient) =>
        Task.WhenAll(
            toServer ? Ip.RunAsync(cable.CutToServer) : Task.CompletedTask,
            toClient ? Ip.RunAsync(cable.CutToClient) : Task.CompletedTask);

    public Task ResetAsync() => Task.WhenAll(cable.TakeOver.Select(Ip.RunAsync));

    /// <summary>There is nobody in between who could tell, but each end's kernel does.</summary>
    public LastBytes LastDelivered(EndOutcome client, EndOutcome server) => new(client.LastByteAt, server.LastByteAt);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
