using System.Net;
using Liveness.Testing;

namespace PullTheCable;

/// <summary>A relay on loopback plays the network: no privileges, every platform.</summary>
internal sealed class RelayNetwork(int port) : INetwork
{
    private readonly LoopbackRelay _relay = LoopbackRelay.Start(new IPEndPoint(IPAddress.Loopback, port));

    public IPEndPoint EndPoint => _relay.EndPoint;

    public string Way => "through the relay on";

    public string AfterCut => "no byte, no FIN, no RST passes; the relay still acknowledges";

    public Task CutAsync(bool toServer, bool toClient)
    {
        if (toServer && toClient)
        {
            _relay.Cut();
        }
        else if (toServer)
        {
            _relay.CutToServer();
        }
        else if (toClient)
        {
            _relay.CutToClient();
        }

        return Task.CompletedTask;
    }

    public Task ResetAsync()
    {
        _relay.Reset();
        return Task.CompletedTask;
    }

    public LastBytes LastDelivered(EndOutcome client, EndOutcome server) =>
        new(_relay.LastDeliveredToClient ?? 0, _relay.LastDeliveredToServer ?? 0);

    public ValueTask DisposeAsync() => _relay.DisposeAsync();
}
