using System.Net;
using System.Net.Sockets;
using Liveness;
using Liveness.Testing;
using Microsoft.Extensions.Hosting;

namespace StatusPage;

/// <summary>Five devices, each behind a cable of its own that is cut now and then. They have their own factory, so that the page shows the server's ends alone.</summary>
internal sealed class Devices : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using LivenessFactory factory = new(new LivenessOptions { DetectWithin = TimeSpan.FromSeconds(3) });
        await Task.WhenAll(Enumerable.Range(1, 5).Select(number => LiveAsync(factory, number, stoppingToken)));
    }

    private static async Task LiveAsync(LivenessFactory factory, int number, CancellationToken stopped)
    {
        Random dice = new(number);
        while (!stopped.IsCancellationRequested)
        {
            try
            {
                await LiveOnceAsync(factory, number, dice, stopped);
            }
            catch (Exception failure) when (failure is IOException or SocketException)
            {
                // The server is not there yet, or no longer.
                Console.WriteLine($"device {number}: {failure.Message}");
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromSeconds(1), stopped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task LiveOnceAsync(LivenessFactory factory, int number, Random dice, CancellationToken stopped)
    {
        await using LoopbackRelay cable = LoopbackRelay.Start(new IPEndPoint(IPAddress.Loopback, 5081));
        cable.ToServer.Delay = cable.ToClient.Delay = TimeSpan.FromMilliseconds(2 * number);
        cable.ToServer.Jitter = TimeSpan.FromMilliseconds(number);
        TcpClient tcp = new();
        await tcp.ConnectAsync(cable.EndPoint, stopped);
        await using LivenessConnection connection = await factory.AttachAsync(tcp, cancellationToken: stopped);
        await Task.Delay(TimeSpan.FromSeconds(dice.Next(20, 120)), stopped);
        if (dice.Next(3) > 0)
        {
            cable.Cut();
            await connection.Monitor.Completion.WaitAsync(stopped);
        }
    }
}
