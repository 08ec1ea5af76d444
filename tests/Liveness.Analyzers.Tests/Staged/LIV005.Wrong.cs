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
}
