using System.Net.Sockets;
using Liveness;

namespace Staged;

internal sealed class WrappedTwice
{
    public static async Task ReadAndWriteAsync(Socket socket, byte[] data)
    {
        await using HeartbeatStream writer = new(socket);
        await using HeartbeatStream reader = new(socket); // LIV003
        await writer.WriteAsync(data);
        await reader.ReadExactlyAsync(data);
    }

    public static async Task AgainAsync(TcpClient client, byte[] data)
    {
        await using HeartbeatStream first = await HeartbeatStream.StartAsync(client.GetStream());
        await first.WriteAsync(data);
        await using HeartbeatStream second = await HeartbeatStream.StartAsync(client.Client); // LIV003
        await second.WriteAsync(data);
    }

    public static async Task OverAStreamOfItAsync(Socket socket, byte[] data)
    {
        await using HeartbeatStream first = await HeartbeatStream.StartAsync(socket);
        await using HeartbeatStream second = new(new NetworkStream(socket)); // LIV003
        await first.WriteAsync(data);
        await second.WriteAsync(data);
    }
}
