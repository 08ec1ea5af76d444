using System.Net;
using System.Net.Sockets;
using Liveness;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LivenessServer;

/// <summary>Accepts clients and serves each on its own.</summary>
internal sealed class ClientListener(ILivenessFactory factory, IConfiguration configuration, ILogger<ClientListener> logger)
    : BackgroundService
{
    private const int DefaultPort = 5095;

    private static readonly TimeSpan s_pauseAfterFailure = TimeSpan.FromMilliseconds(100);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using TcpListener listener = new(IPAddress.Any, configuration.GetValue("Server:Port", DefaultPort));
        listener.Start();
        logger.LogInformation("Listening on {EndPoint}", listener.LocalEndpoint);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // Not awaited: a client that is slow to introduce itself must not keep the next one waiting.
                _ = ServeAsync(await listener.AcceptSocketAsync(stoppingToken), stoppingToken);
            }
            catch (SocketException failure)
            {
                // A client has gone before it was accepted, or there are no more handles for now. The listener lives on.
                logger.LogWarning(failure, "Accepting a client failed");
                await Task.Delay(s_pauseAfterFailure, stoppingToken);
            }
        }
    }

    private async Task ServeAsync(Socket accepted, CancellationToken stoppingToken)
    {
        try
        {
            await using LivenessConnection client = await factory.AttachAsync(accepted, "clients", stoppingToken);
            await EchoAsync(client.Stream, stoppingToken);
        }
        catch (Exception end) when (end is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // A loss is a ConnectionLostException, which is an IOException; Liveness has logged it with its reason. What is disposed
            // was closed by the drain.
            logger.LogDebug(end, "A client is gone");
        }
        catch (Exception failure)
        {
            // Nobody awaits this task: without this line the failure would be lost.
            logger.LogError(failure, "Serving a client failed");
        }
    }

    /// <summary>Put your own protocol here. Reads and writes fail with the loss as soon as the connection is lost.</summary>
    private static async Task EchoAsync(Stream stream, CancellationToken stoppingToken)
    {
        byte[] buffer = new byte[4096];
        int count;
        while ((count = await stream.ReadAsync(buffer, stoppingToken)) > 0)
        {
            await stream.WriteAsync(buffer.AsMemory(0, count), stoppingToken);
        }
    }
}
