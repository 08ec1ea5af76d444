using System.Net.Sockets;
using Liveness;
using Liveness.Kernel;

namespace Staged;

internal sealed class Disposed : IAsyncDisposable
{
    private readonly List<HeartbeatStream> _streams = [];

    public static async Task GreetAsync(Socket socket, byte[] hello)
    {
        await using HeartbeatStream stream = await HeartbeatStream.StartAsync(socket);
        await stream.WriteAsync(hello);
    }

    public static async Task<ConnectionLoss?> ByHandAsync(Socket socket)
    {
        SocketWatcher watcher = SocketWatcher.Start(socket);
        try
        {
            return await watcher.Monitor.Completion;
        }
        finally
        {
            await watcher.DisposeAsync();
        }
    }

    public static async Task WithoutContextAsync(Socket socket, byte[] hello)
    {
        HeartbeatStream stream = new(socket);
        await using (stream.ConfigureAwait(false))
        {
            await stream.WriteAsync(hello).ConfigureAwait(false);
        }
    }

    public static async Task LaterAsync(Socket socket, byte[] hello)
    {
        HeartbeatStream stream = await HeartbeatStream.StartAsync(socket);
        stream.Monitor.ConnectionEnded += (_, _) => stream.Dispose();
        await stream.WriteAsync(hello);
    }

    public static async Task<Stream> AttachAsync(Socket socket, ILivenessFactory liveness)
    {
        LivenessConnection connection = await liveness.AttachAsync(socket);
        connection.Monitor.ConnectionLost += (_, e) => Console.WriteLine(e.Loss);
        return connection.Stream;
    }

    public static async Task DetachedAsync(Socket socket, ILivenessFactory liveness)
    {
        LivenessConnection connection = await liveness.AttachAsync(socket);
        connection.Monitor.ConnectionLost += (_, e) => Console.WriteLine(e.Loss);
        await connection.DetachAsync();
    }

    public async Task KeepAsync(Socket socket)
    {
        HeartbeatStream stream = await HeartbeatStream.StartAsync(socket);
        _streams.Add(stream);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (HeartbeatStream stream in _streams)
        {
            await stream.DisposeAsync();
        }
    }
}
