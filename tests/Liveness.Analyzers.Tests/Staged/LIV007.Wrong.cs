using System.Net.Sockets;
using Liveness;
using Liveness.Kernel;

namespace Staged;

internal sealed class NotDisposed
{
    public static async Task GreetAsync(Socket socket, byte[] hello)
    {
        HeartbeatStream stream = await HeartbeatStream.StartAsync(socket); // LIV007
        await stream.WriteAsync(hello);
    }

    public static async Task<ConnectionLoss?> WatchAsync(Socket socket)
    {
        SocketWatcher watcher = SocketWatcher.Start(socket); // LIV007
        return await watcher.Monitor.Completion;
    }

    public static async Task AttachAsync(Socket socket, ILivenessFactory liveness)
    {
        LivenessConnection connection = await liveness.AttachAsync(socket); // LIV007
        connection.Monitor.ConnectionLost += (_, e) => Console.WriteLine(e.Loss);
    }

    public static void Read(Stream inner, byte[] buffer)
    {
        HeartbeatStream stream = new(inner); // LIV007
        Console.WriteLine(stream.Read(buffer));
    }
}
