using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DeviceGateway;

/// <summary>A device that is not upgraded yet: the same port and the same lines, over a bare connection.</summary>
internal static class OldDevice
{
    public static async Task RunAsync(int port, string name, CancellationToken cancellationToken)
    {
        try
        {
            using TcpClient tcp = new();
            await tcp.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            NetworkStream stream = tcp.GetStream();
            await stream.WriteAsync(Encoding.UTF8.GetBytes($"device {name}\n"), cancellationToken);
            Console.WriteLine($"device {name}: connected");
            using StreamReader answers = new(stream, leaveOpen: true);
            while (true)
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes($"temperature {Random.Shared.Next(180, 240) / 10.0}\n"), cancellationToken);
                if (await answers.ReadLineAsync(cancellationToken) is null)
                {
                    // The gateway can't tell it more than that.
                    Console.WriteLine($"device {name}: the gateway has closed");
                    return;
                }

                await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine($"device {name}: goes");
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            Console.WriteLine($"device {name}: {failure.Message}");
        }
    }
}
