using System.IO.Pipelines;
using Liveness;
using Liveness.AspNetCore;
using Microsoft.AspNetCore.Connections;

namespace StatusPage;

/// <summary>Sends back what a device says. It reads and writes as over any connection; a loss ends the read.</summary>
internal sealed class DeviceHandler : ConnectionHandler
{
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        LivenessConnection watched = connection.Features.Get<ILivenessConnectionFeature>()!.Connection;
        Console.WriteLine($"device {watched.Description} is here, watched within {watched.Bound.TotalSeconds} s");
        ReadResult result;
        do
        {
            result = await connection.Transport.Input.ReadAsync();
            foreach (ReadOnlyMemory<byte> part in result.Buffer)
            {
                await connection.Transport.Output.WriteAsync(part);
            }

            connection.Transport.Input.AdvanceTo(result.Buffer.End);
        }
        while (!result.IsCompleted);
    }
}
