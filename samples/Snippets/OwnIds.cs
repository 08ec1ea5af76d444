using System.Net;
using System.Net.Sockets;
using System.Text;
using Liveness;

namespace Snippets;

/// <summary>A device says who it is, and every line of the log about its connection does so from then on.</summary>
internal static class OwnIds
{
    public static async Task RunAsync()
    {
        await using LivenessFactory factory = new(new LivenessOptions());
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using TcpClient tcp = new();
        await tcp.ConnectAsync(IPAddress.Loopback, ((IPEndPoint)listener.LocalEndpoint).Port);
        Task<LivenessConnection> accepted = factory.AttachAsync(await listener.AcceptSocketAsync());
        await using HeartbeatStream device = await HeartbeatStream.StartAsync(tcp.Client);
        await using LivenessConnection watched = await accepted;

        await device.WriteAsync("4711"u8.ToArray());
        byte[] hello = new byte[4];
        await watched.Stream.ReadExactlyAsync(hello);
        Name(watched, Encoding.ASCII.GetString(hello));
        Console.WriteLine($"connection {watched.Id} is {watched.OwnId}");
    }

    private static void Name(LivenessConnection watched, string serial) =>
        watched.OwnId = $"meter {serial}";
}
