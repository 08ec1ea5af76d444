using System.Net.Security;
using System.Net.Sockets;
using Liveness;

namespace Staged;

internal sealed class InnerLeftAlone
{
    public static async Task GreetAsync(NetworkStream network, byte[] hello)
    {
        await using HeartbeatStream stream = await HeartbeatStream.StartAsync(network);
        await stream.WriteAsync(hello);
        await stream.FlushAsync();
    }

    public static async Task BeforeAsync(Socket socket, byte[] data)
    {
        await socket.SendAsync(data);
        await using HeartbeatStream stream = await HeartbeatStream.StartAsync(socket);
        socket.NoDelay = true;
        Console.WriteLine(socket.RemoteEndPoint);
        await stream.WriteAsync(data);
    }

    public static async Task AfterwardsAsync(Socket socket, byte[] data)
    {
        await using (HeartbeatStream stream = new(socket, leaveOpen: true))
        {
            await stream.WriteAsync(data);
        }

        await socket.SendAsync(data);
    }

    public static async Task OneOrTheOtherAsync(Socket socket, byte[] data, bool hasHeartbeat)
    {
        if (hasHeartbeat)
        {
            await using HeartbeatStream stream = await HeartbeatStream.StartAsync(socket);
            await stream.WriteAsync(data);
        }
        else
        {
            await socket.SendAsync(data);
        }

        switch (data.Length)
        {
            case 1:
                await using (HeartbeatStream stream = new(socket))
                {
                    await stream.WriteAsync(data);
                }

                break;
            default:
                await socket.SendAsync(data);
                break;
        }
    }

    public static async Task AnotherConnectionAsync(Socket socket, Socket next, byte[] data)
    {
        await using HeartbeatStream stream = await HeartbeatStream.StartAsync(socket);
        await stream.WriteAsync(data);
        socket = next;
        await socket.SendAsync(data);
    }

    public static async Task OverTlsAsync(TcpClient client, byte[] data)
    {
        SslStream tls = new(client.GetStream());
        await tls.AuthenticateAsClientAsync("example.org");
        await using HeartbeatStream stream = await HeartbeatStream.StartAsync(tls);
        await stream.WriteAsync(data);
        client.Close();
    }
}
