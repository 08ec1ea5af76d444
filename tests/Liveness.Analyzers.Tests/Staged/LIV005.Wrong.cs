using System.Net.Sockets;

namespace Staged;

internal sealed class BySocketState(Socket socket)
{
    public bool IsAlive => socket.Connected; // LIV005

    public static async Task KeepSendingAsync(TcpClient client, byte[] data)
    {
        while (client.Connected) // LIV005
        {
            await client.GetStream().WriteAsync(data);
            await Task.Delay(1000);
        }
    }

    public static void CloseIfDead(Socket socket)
    {
        if (!socket.Connected) // LIV005
        {
            socket.Dispose();
        }
    }

    public static bool HasEnded(Socket socket)
    {
        return socket.Poll(1000, SelectMode.SelectRead) && socket.Available == 0; // LIV005
    }

    public static bool IsStillThere(Socket socket) =>
        !(socket.Poll(TimeSpan.Zero, SelectMode.SelectRead) && socket.Available == 0); // LIV005

    public static async Task SendUntilItEndsAsync(TcpClient client, byte[] data)
    {
        await client.ConnectAsync("localhost", 7000);
        while (true)
        {
            if (!client.Connected) // LIV005
            {
                break;
            }

            await client.GetStream().WriteAsync(data);
        }
    }

    public static async Task ReceiveAsync(Socket socket, byte[] buffer)
    {
        while (socket.Connected) // LIV005
        {
            try
            {
                await socket.ReceiveAsync(buffer);
            }
            catch (SocketException)
            {
                socket.Close();
            }
        }
    }

    public static TcpClient? Rent(Queue<TcpClient> idle)
    {
        while (idle.TryDequeue(out TcpClient? client))
        {
            if (client.Connected) // LIV005
            {
                return client;
            }
        }

        return null;
    }

    public static bool TrySend(Socket socket, byte[] data)
    {
        if (!socket.Connected) // LIV005
        {
            return false;
        }

        socket.Send(data);
        return true;
    }

    public static void CheckConnection(TcpClient client, Action lost)
    {
        if (!client.Connected) // LIV005
        {
            lost();
        }
    }
}
