using System.Net.Sockets;
using Liveness;

namespace Staged;

internal sealed class WrappedOnce
{
    public static async Task ReadAndWriteAsync(Socket socket, byte[] data)
    {
        await using HeartbeatStream stream = new(socket);
        await stream.WriteAsync(data);
        await stream.ReadExactlyAsync(data);
    }

    public static async Task OneAfterTheOtherAsync(Socket socket, byte[] data)
    {
        await using (HeartbeatStream first = new(socket, leaveOpen: true))
        {
            await first.WriteAsync(data);
        }

        await using HeartbeatStream second = new(socket);
        await second.WriteAsync(data);
    }

    public static async Task BothEndsAsync(Socket client, Socket server, byte[] data)
    {
        await using HeartbeatStream near = new(client);
        await using HeartbeatStream far = new(server);
        await near.WriteAsync(data);
        await far.ReadExactlyAsync(data);
    }

    public static HeartbeatStream Either(Socket socket, bool isSocket) =>
        isSocket ? new HeartbeatStream(socket) : new HeartbeatStream(new NetworkStream(socket));
}
