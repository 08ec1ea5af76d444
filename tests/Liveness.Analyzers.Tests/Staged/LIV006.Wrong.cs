using System.Net;
using System.Net.Sockets;
using Liveness;
using Liveness.Kernel;
using Liveness.ProtocolPing;
using Liveness.SideChannel;

namespace Staged;

internal sealed class Unobserved
{
    public static async Task ReceiveAsync(Socket socket, byte[] buffer)
    {
        await using SocketWatcher watcher = SocketWatcher.Start(socket); // LIV006
        while (await socket.ReceiveAsync(buffer) > 0)
        {
            Console.WriteLine(buffer[0]);
        }
    }

    public static async Task PingAsync(Socket socket, byte[] buffer)
    {
        ProtocolHeartbeatOptions options = new() { DetectWithin = TimeSpan.FromSeconds(5) };
        await using ProtocolHeartbeat heartbeat = ProtocolHeartbeat.Start(token => PingAsync(socket, token), options); // LIV006
        heartbeat.ReportReceived(await socket.ReceiveAsync(buffer));
    }

    public static async Task FromTheSideAsync(Socket data, IPEndPoint side, TimeSpan time)
    {
        await using SideChannelClient client = await SideChannelClient.ConnectAsync(side);
        SideWatch watch = client.Watch(data); // LIV006
        watch.Monitor.OwnId = "data";
        await Task.Delay(time);
    }

    public static async Task HoldAsync(Socket socket, TimeSpan time)
    {
        await using HeartbeatStream stream = await HeartbeatStream.StartAsync(socket); // LIV006
        await Task.Delay(time);
    }

    public static void Forget(Socket socket)
    {
        SocketWatcher.Start(socket); // LIV006
    }

    private static async ValueTask PingAsync(Socket socket, CancellationToken token) => await socket.SendAsync("PING\r\n"u8.ToArray(), token);
}
