using System.Net;
using System.Net.Sockets;
using System.Text;
using Liveness;

namespace DeviceGateway;

/// <summary>One device: connects, reports a temperature every second, and says how its connection ended.</summary>
internal static class Device
{
    public static async Task RunAsync(int port, string name, CancellationToken cancellationToken, bool reads = true)
    {
        try
        {
            using TcpClient tcp = new();
            await tcp.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            HeartbeatOptions options = new() { DetectWithin = TimeSpan.FromSeconds(3), StalledAfter = TimeSpan.FromSeconds(5) };
            await using HeartbeatStream stream = await HeartbeatStream.StartAsync(tcp.GetStream(), options, cancellationToken);
            Console.WriteLine($"device {name}: connected");
            await stream.WriteAsync(Encoding.UTF8.GetBytes($"device {name}\n"), cancellationToken);
            Task reading = reads ? stream.CopyToAsync(Stream.Null, cancellationToken) : Task.CompletedTask;
            while (!stream.Monitor.Completion.IsCompleted)
            {
                try
                {
                    string report = $"temperature {Random.Shared.Next(180, 240) / 10.0}\n";
                    await stream.WriteAsync(Encoding.UTF8.GetBytes(report), cancellationToken);
                }
                catch (IOException) when (stream.Monitor.Loss is null)
                {
                    // The gateway has said goodbye meanwhile: it takes no more.
                    break;
                }

                await Task.WhenAny(stream.Monitor.Completion, Task.Delay(TimeSpan.FromSeconds(1), cancellationToken));
                cancellationToken.ThrowIfCancellationRequested();
            }

            await reading;
            if (stream.Monitor.PeerGoingAway is { } word)
            {
                // A real device waits for that long, and connects again.
                Console.WriteLine($"device {name}: {word}");
            }
        }
        catch (ConnectionLostException lost)
        {
            Console.WriteLine($"device {name}: LOST {lost.Loss}");
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine($"device {name}: goes, in good order");
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            Console.WriteLine($"device {name}: {failure.Message}");
        }
    }
}
