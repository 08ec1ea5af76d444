using System.Net.Sockets;
using Liveness;

namespace Staged;

internal sealed class NeverStarted
{
    public static async Task WatchAsync(Socket socket)
    {
        await using HeartbeatStream stream = new(socket); // LIV001
        stream.Monitor.ConnectionLost += (_, e) => Console.WriteLine(e.Loss);
        await stream.Monitor.Completion;
    }

    public static void Wrap(Stream inner)
    {
        _ = new HeartbeatStream(inner); // LIV001
    }

    public static async Task ForAWhileAsync(TcpClient client, TimeSpan time)
    {
        await using (HeartbeatStream stream = new(client.GetStream(), new HeartbeatOptions { Name = "device" })) // LIV001
        {
            stream.ChangeDetectWithin(time);
            await Task.Delay(time);
            Console.WriteLine(stream.Monitor.State);
        }
    }
}
