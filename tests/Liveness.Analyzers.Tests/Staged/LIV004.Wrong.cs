using System.Net.Sockets;
using Liveness;

namespace Staged;

internal sealed class SlowAcceptLoop
{
    public static async Task AcceptAsync(TcpListener listener)
    {
        while (true)
        {
            TcpClient client = await listener.AcceptTcpClientAsync();
            HeartbeatStream stream = await HeartbeatStream.StartAsync(client.GetStream()); // LIV004
            _ = ServeAsync(stream);
        }
    }

    public static async Task AcceptAsync(Socket listener, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Socket socket = await listener.AcceptAsync(stop).ConfigureAwait(false);
            HeartbeatStream stream = new(socket);
            await stream.StartAsync(stop).ConfigureAwait(false); // LIV004
            _ = ServeAsync(stream);
        }
    }

    public static async Task AttachAsync(Socket listener, ILivenessFactory liveness, CancellationToken stop)
    {
        for (int number = 1; !stop.IsCancellationRequested; number++)
        {
            Socket socket = await listener.AcceptAsync(stop);
            LivenessConnection connection = await liveness.AttachAsync(socket, "devices", stop); // LIV004
            _ = ServeAsync(connection.Stream);
        }
    }

    public static async Task EachAsync(Socket listener, CancellationToken stop)
    {
        await foreach (Socket socket in AcceptAllAsync(listener).WithCancellation(stop))
        {
            HeartbeatStream stream = await HeartbeatStream.StartAsync(socket); // LIV004
            _ = ServeAsync(stream);
        }
    }

    private static async IAsyncEnumerable<Socket> AcceptAllAsync(Socket listener)
    {
        while (true)
        {
            yield return await listener.AcceptAsync();
        }
    }

    private static async Task ServeAsync(Stream stream)
    {
        await using (stream)
        {
            await stream.CopyToAsync(stream);
        }
    }
}
