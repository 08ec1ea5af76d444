using System.IO.Pipelines;
using Liveness;
using Liveness.AspNetCore;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace DeviceGateway;

/// <summary>Reads and answers as over any connection; a loss ends the read, and goes to the desk.</summary>
internal sealed class DeviceHandler(LossDesk desk) : ConnectionHandler
{
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        LivenessConnection watched = connection.Features.Get<ILivenessConnectionFeature>()!.Connection;
        watched.Monitor.ConnectionLost += (_, e) => desk.Hand(watched, e.Loss);
        CancellationToken stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested
            ?? CancellationToken.None;
        try
        {
            await EchoAsync(connection.Transport, stopping);
        }
        catch (Exception end) when (end is ConnectionLostException or OperationCanceledException)
        {
            // The desk has it; or the gateway stops, and says goodbye to its devices.
            return;
        }
    }

    private static async Task EchoAsync(IDuplexPipe transport, CancellationToken stopping)
    {
        ReadResult result;
        do
        {
            result = await transport.Input.ReadAsync(stopping);
            foreach (ReadOnlyMemory<byte> part in result.Buffer)
            {
                await transport.Output.WriteAsync(part, stopping);
            }

            transport.Input.AdvanceTo(result.Buffer.End);
        }
        while (!result.IsCompleted);
    }
}
