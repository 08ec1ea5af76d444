using System.IO.Pipelines;
using Liveness;
using Liveness.AspNetCore;
using Microsoft.AspNetCore.Connections;

namespace DeviceGateway;

/// <summary>Reads and answers as over any connection; a loss ends the read, and goes to the desk.</summary>
internal sealed class DeviceHandler(LossDesk desk) : ConnectionHandler
{
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        LivenessConnection watched = connection.Features.Get<ILivenessConnectionFeature>()!.Connection;
        watched.Monitor.ConnectionLost += (_, e) => desk.Hand(watched, e.Loss);
        try
        {
            await EchoAsync(connection.Transport);
        }
        catch (ConnectionLostException)
        {
            // The desk has it.
            return;
        }
    }

    private static async Task EchoAsync(IDuplexPipe transport)
    {
        ReadResult result;
        do
        {
            result = await transport.Input.ReadAsync();
            foreach (ReadOnlyMemory<byte> part in result.Buffer)
            {
                await transport.Output.WriteAsync(part);
            }

            transport.Input.AdvanceTo(result.Buffer.End);
        }
        while (!result.IsCompleted);
    }
}
