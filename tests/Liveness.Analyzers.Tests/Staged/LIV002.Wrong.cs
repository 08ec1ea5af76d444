using System.IO.Pipelines;
using System.Net.Sockets;
using Liveness;

namespace Staged;

internal sealed class InnerUsed
{
    public static async Task GreetAsync(NetworkStream network, byte[] hello)
    {
        await using HeartbeatStream stream = await HeartbeatStream.StartAsync(network);
        await network.WriteAsync(hello); // LIV002
        await stream.FlushAsync();
    }

    public static async Task SendAsync(Socket socket, byte[] data)
    {
        await using HeartbeatStream stream = new(socket);
        await stream.ReadExactlyAsync(data);
        await socket.SendAsync(data); // LIV002
    }

    public static async Task ReadLinesAsync(TcpClient client)
    {
        await using HeartbeatStream stream = await HeartbeatStream.StartAsync(client.GetStream());
        using StreamReader reader = new(client.GetStream()); // LIV002
        Console.WriteLine(await reader.ReadLineAsync());
        await stream.CloseAsync();
        Console.WriteLine(stream.Monitor.CloseResult);
    }

    public static async Task BehindItsBackAsync(TcpClient client, byte[] data)
    {
        NetworkStream network = client.GetStream();
        await using HeartbeatStream stream = await HeartbeatStream.StartAsync(network);
        while (await stream.ReadAsync(data) > 0)
        {
            client.Client.Send(data); // LIV002
        }
    }

    public static async Task ThroughAPipeAsync(NetworkStream network, byte[] data)
    {
        await using HeartbeatStream stream = await HeartbeatStream.StartAsync(network);
        PipeWriter writer = PipeWriter.Create(network); // LIV002
        await writer.WriteAsync(data);
        await stream.FlushAsync();
    }
}
