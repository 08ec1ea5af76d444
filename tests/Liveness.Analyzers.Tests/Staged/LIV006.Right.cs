using System.Net;
using System.Net.Sockets;
using Liveness;
using Liveness.Kernel;
using Liveness.SideChannel;

namespace Staged;

internal sealed class Observed
{
    public static async Task ReceiveAsync(Socket socket, byte[] buffer)
    {
        await using SocketWatcher watcher = SocketWatcher.Start(socket);
        while (await socket.ReceiveAsync(buffer, watcher.Monitor.LostToken) > 0)
        {
            Console.WriteLine(buffer[0]);
        }
    }

    public static async Task ByEventAsync(Socket socket, byte[] buffer)
    {
        await using SocketWatcher watcher = SocketWatcher.Start(socket);
        watcher.Monitor.ConnectionLost += (_, _) => socket.Dispose();
        while (await socket.ReceiveAsync(buffer) > 0)
        {
            Console.WriteLine(buffer[0]);
        }
    }

    public static async Task HandedOnAsync(Socket socket)
    {
        await using SocketWatcher watcher = SocketWatcher.Start(socket);
        Console.WriteLine(await EndOf(watcher.Monitor));
    }

    public static async Task ByTheChannelAsync(Socket data, IPEndPoint side, TimeSpan time)
    {
        await using SideChannelClient client = await SideChannelClient.ConnectAsync(side);
        client.PeerLost += (_, e) => Console.WriteLine(e.Connections.Count);
        SideWatch watch = client.Watch(data);
        watch.Monitor.OwnId = "data";
        await Task.Delay(time);
    }

    public static async Task ByReadingAsync(Socket socket, byte[] buffer)
    {
        await using HeartbeatStream stream = await HeartbeatStream.StartAsync(socket);
        while (await stream.ReadAsync(buffer) > 0)
        {
            Console.WriteLine(buffer[0]);
        }
    }

    public static async Task<ConnectionLoss?> OneEndOfTwoAsync(Socket client, Socket server)
    {
        await using HeartbeatStream near = new(client);
        await using HeartbeatStream far = new(server);
        await Task.WhenAll(near.StartAsync(), far.StartAsync());
        return await near.Monitor.Completion;
    }

    private static Task<ConnectionLoss?> EndOf(ConnectionMonitor monitor) => monitor.Completion;
}
