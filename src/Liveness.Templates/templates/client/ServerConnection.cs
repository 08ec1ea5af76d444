using System.Net.Sockets;
using System.Text;
using Liveness;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace LivenessClient;

/// <summary>Stays connected to the server for as long as the program runs.</summary>
internal sealed class ServerConnection(ILivenessFactory factory, IConfiguration configuration, ILogger<ServerConnection> logger)
    : BackgroundService
{
    private const int DefaultPort = 5095;

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    /// <summary>Every client of a server that is gone tries at once: jitter keeps them apart.</summary>
    private readonly ResiliencePipeline _connecting = new ResiliencePipelineBuilder().AddRetry(new RetryStrategyOptions
    {
        ShouldHandle = new PredicateBuilder().Handle<SocketException>().Handle<IOException>(),
        MaxRetryAttempts = int.MaxValue,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = TimeSpan.FromSeconds(0.5),
        MaxDelay = TimeSpan.FromSeconds(30),
        OnRetry = retry =>
        {
            logger.LogWarning("Not connected, next try in {Delay}: {Reason}", retry.RetryDelay, retry.Outcome.Exception?.Message);
            return default;
        },
    }).Build();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            LivenessConnection server = await _connecting.ExecuteAsync(ConnectAsync, stoppingToken);
            await using (server)
            {
                await TalkAsync(server, stoppingToken);
            }

            // What the server asks for before it restarts; otherwise not all clients at the same moment.
            TimeSpan pause = server.Monitor.PeerGoingAway?.ReconnectAfter ?? s_pause * Random.Shared.NextDouble();
            logger.LogInformation("Disconnected ({Why}), back in {Pause}", server.Monitor.PeerGoingAway?.Text ?? "no word", pause);
            await Task.Delay(pause, stoppingToken);
        }
    }

    private async ValueTask<LivenessConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        string host = configuration["Server:Host"] ?? "localhost";
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, configuration.GetValue("Server:Port", DefaultPort), cancellationToken);
            return await factory.AttachAsync(socket, "server", cancellationToken);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Put your own protocol here. Reads and writes fail with the loss as soon as the connection is lost.</summary>
    private async Task TalkAsync(LivenessConnection server, CancellationToken stoppingToken)
    {
        logger.LogInformation("Connected");
        try
        {
            byte[] buffer = new byte[4096];
            while (true)
            {
                await server.Stream.WriteAsync(Encoding.UTF8.GetBytes($"it is {DateTime.Now:T}"), stoppingToken);
                int count = await server.Stream.ReadAsync(buffer, stoppingToken);
                if (count == 0)
                {
                    return;
                }

                logger.LogInformation("The server says: {Text}", Encoding.UTF8.GetString(buffer, 0, count));
                await Task.Delay(s_pause, stoppingToken);
            }
        }
        catch (IOException failure)
        {
            // A loss is a ConnectionLostException, which is an IOException; Liveness has logged it with its reason.
            logger.LogDebug(failure, "The connection is over");
        }
    }
}
