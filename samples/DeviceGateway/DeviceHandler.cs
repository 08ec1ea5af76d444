using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Liveness;
using Liveness.AspNetCore;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace DeviceGateway;

/// <summary>Reads and answers as over any connection; a loss ends the read, and goes to the desk.</summary>
internal sealed class DeviceHandler(LossDesk desk) : ConnectionHandler
{
    private const int LongestName = 100;

    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        LivenessConnection watched = connection.Features.Get<ILivenessConnectionFeature>()!.Connection;
        watched.Monitor.ConnectionLost += (_, e) => desk.Hand(watched, e.Loss);
        CancellationToken stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested
            ?? CancellationToken.None;
        try
        {
            // From here on logs, the page and losses call the connection by it.
            watched.OwnId = await ReadNameAsync(connection.Transport.Input, stopping);
            await EchoAsync(connection.Transport, stopping);
        }
        catch (Exception end) when (end is ConnectionLostException or OperationCanceledException)
        {
            // The desk has it; or the gateway stops, and says goodbye to its devices.
            return;
        }
    }

    /// <summary>A device begins with its name, in a line of its own.</summary>
    /// <returns>Null = it has not said any.</returns>
    private static async Task<string?> ReadNameAsync(PipeReader input, CancellationToken stopping)
    {
        while (true)
        {
            ReadResult result = await input.ReadAsync(stopping);
            ReadOnlySequence<byte> bytes = result.Buffer;
            if (bytes.PositionOf((byte)'\n') is { } end)
            {
                string name = Encoding.UTF8.GetString(bytes.Slice(0, end)).Trim();
                input.AdvanceTo(bytes.GetPosition(1, end));
                return name.Length is > 0 and <= LongestName && !name.Any(char.IsControl) ? name : null;
            }

            input.AdvanceTo(bytes.Start, bytes.End);
            if (result.IsCompleted || bytes.Length > LongestName)
            {
                return null;
            }
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
