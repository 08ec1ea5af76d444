using System.Buffers;
using System.IO.Pipelines;
using Liveness;
using Microsoft.AspNetCore.Connections;

namespace LivenessGateway;

/// <summary>Serves one client. Reads and writes fail with the loss as soon as the connection is lost.</summary>
internal sealed class ClientHandler(ILogger<ClientHandler> logger) : ConnectionHandler
{
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        try
        {
            await EchoAsync(connection.Transport);
        }
        catch (ConnectionLostException lost)
        {
            // Liveness has logged it with its reason: release here what was held for this client.
            logger.LogDebug(lost, "A client is gone");
        }
    }

    /// <summary>Put your own protocol here.</summary>
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
