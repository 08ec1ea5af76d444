using System.Net;
using System.Net.Sockets;
using Liveness;

namespace Staged;

internal sealed class ByMonitor(HeartbeatStream stream)
{
    public bool IsAlive => stream.Monitor.State is LivenessState.Alive or LivenessState.Suspect;

    public static async Task KeepSendingAsync(HeartbeatStream stream, byte[] data)
    {
        CancellationToken lost = stream.Monitor.LostToken;
        while (!lost.IsCancellationRequested)
        {
            await stream.WriteAsync(data, lost);
            await Task.Delay(1000, lost);
        }
    }

    public static async Task ConnectOnceAsync(Socket socket, IPEndPoint endPoint)
    {
        if (!socket.Connected)
        {
            await socket.ConnectAsync(endPoint);
        }
    }

    public static void Check(Socket socket)
    {
        if (!socket.Connected)
        {
            throw new ArgumentException("The socket must be connected.", nameof(socket));
        }
    }

    public static void End(Socket socket)
    {
        if (socket.Connected)
        {
            socket.Shutdown(SocketShutdown.Both);
        }

        socket.Dispose();
    }

    public static string Describe(Socket socket) => $"connected: {socket.Connected}";

    public static bool HasSomethingToRead(Socket socket) => socket.Poll(TimeSpan.FromSeconds(1), SelectMode.SelectRead);
}
