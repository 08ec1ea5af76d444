using System.Net;
using System.Net.Sockets;
using Liveness;
using Liveness.SideChannel;

namespace Snippets;

/// <summary>A data connection that nobody touches, vouched for by a side channel at both ends.</summary>
internal static class WatchFromTheSide
{
    public static async Task RunAsync()
    {
        using TcpListener accepting = new(IPAddress.Loopback, 0);
        accepting.Start();
        await using SideChannelListener listener = SideChannelListener.Start(new IPEndPoint(IPAddress.Loopback, 0));
        using TcpClient data = new();
        await data.ConnectAsync((IPEndPoint)accepting.LocalEndpoint);
        Socket accepted = await AcceptAsync(accepting, listener);

        await WatchAsync(data.Client, listener.LocalEndPoint, () => accepted.Close(timeout: 0));
    }

    private static async Task<Socket> AcceptAsync(TcpListener accepting, SideChannelListener listener)
    {
        Socket accepted = await accepting.AcceptSocketAsync();
        SideWatch watched = listener.Watch(accepted);
        watched.Monitor.ConnectionLost += (_, e) => Console.WriteLine($"server: {e.Loss}");
        return accepted;
    }

    private static async Task WatchAsync(Socket data, IPEndPoint sideEndPoint, Action breakIt)
    {
        SideChannelClientOptions options = new() { DetectWithin = TimeSpan.FromSeconds(5) };
        await using SideChannelClient side = await SideChannelClient.ConnectAsync(sideEndPoint, options);
        SideWatch watched = side.Watch(data);
        while (watched.Monitor.Conditions != ConnectionConditions.None)
        {
            await Task.Delay(10);
        }

        Console.WriteLine($"client: {watched.Monitor.State}, conditions {watched.Monitor.Conditions}, bound {side.Bound}");

        breakIt();
        Console.WriteLine($"client: {await watched.Monitor.Completion}");
    }
}
