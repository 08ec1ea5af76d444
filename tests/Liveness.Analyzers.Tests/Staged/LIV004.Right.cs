using System.Net.Sockets;
using Liveness;

namespace Staged;

internal sealed class AcceptLoop
{
    public static async Task AcceptAsync(TcpListener listener)
    {
        while (true)
        {
            TcpClient client = await listener.AcceptTcpClientAsync();
            _ = ServeAsync(client);
        }
    }

    public static async Task InALambdaAsync(Socket listener)
    {
        while (true)
        {
            Socket socket = await listener.AcceptAsync();
            _ = Task.Run(async () =>
            {
                await using HeartbeatStream stream = await HeartbeatStream.StartAsync(socket);
                await stream.CopyToAsync(stream);
            });
        }
    }

    public static async Task<HeartbeatStream> UntilOneComesThroughAsync(Socket listener)
    {
        while (true)
        {
            Socket socket = await listener.AcceptAsync();
            try
            {
                return await HeartbeatStream.StartAsync(socket);
            }
            catch (ConnectionLostException exception)
            {
                Console.WriteLine(exception.Loss);
            }
        }
    }

    public static async Task ConnectAsync(string host, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            using TcpClient client = new();
            await client.ConnectAsync(host, 7000, stop);
            await using HeartbeatStream stream = await HeartbeatStream.StartAsync(client.GetStream(), cancellationToken: stop);
            await stream.CopyToAsync(stream, stop);
        }
    }

    public static async Task EachAsync(IAsyncEnumerable<TcpClient> accepted)
    {
        await foreach (TcpClient client in accepted)
        {
            _ = ServeAsync(client);
        }
    }

    public static async Task ConnectToEachAsync(IAsyncEnumerable<string> hosts)
    {
        await foreach (string host in hosts)
        {
            using TcpClient client = new(host, 7000);
            await using HeartbeatStream stream = await HeartbeatStream.StartAsync(client.GetStream());
            await stream.CopyToAsync(stream);
        }
    }

    private static async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using HeartbeatStream stream = await HeartbeatStream.StartAsync(client.GetStream());
                await stream.CopyToAsync(stream);
            }
            catch (ConnectionLostException exception)
            {
                Console.WriteLine(exception.Loss);
            }
        }
    }
}
