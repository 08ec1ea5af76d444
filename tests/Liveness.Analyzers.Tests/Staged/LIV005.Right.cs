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

    public static async Task ConnectUntilItWorksAsync(Socket socket, IPEndPoint to)
    {
        while (!socket.Connected)
        {
            try
            {
                await socket.ConnectAsync(to);
            }
            catch (SocketException exception)
            {
                Console.WriteLine(exception.SocketErrorCode);
            }
        }
    }

    public static async Task WaitUntilConnectedAsync(TcpClient client)
    {
        for (int tries = 0; tries < 10 && client.Connected == false; tries++)
        {
            await Task.Delay(100);
        }
    }

    public static async Task<Socket?> ConnectToOneAsync(IPAddress[] addresses, int port)
    {
        foreach (IPAddress address in addresses)
        {
            Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
            await Task.WhenAny(socket.ConnectAsync(address, port), Task.Delay(1000));
            if (socket.Connected)
            {
                return socket;
            }

            socket.Dispose();
        }

        return null;
    }

    public static async Task<Socket?> FirstAsync(List<Task<Socket>> attempts)
    {
        while (attempts.Count > 0)
        {
            Task<Socket> done = await Task.WhenAny(attempts);
            attempts.Remove(done);
            Socket socket = await done;
            if (socket.Connected)
            {
                return socket;
            }
        }

        return null;
    }

    public static async Task EnsureConnectedAsync(TcpClient client, IPEndPoint to)
    {
        if (client.Connected)
        {
            return;
        }

        await client.ConnectAsync(to);
    }

    public static void CloseAll(IEnumerable<TcpClient> clients)
    {
        foreach (TcpClient client in clients)
        {
            if (client.Connected)
            {
                client.Close();
            }
        }
    }

    public static bool TryClose(Socket? socket)
    {
        if (socket is null || !socket.Connected)
        {
            return false;
        }

        socket.Close();
        return true;
    }

    public static void DisposeIt(Socket socket)
    {
        if (socket.Connected) socket.Dispose();
    }

    public static void EndLost(IEnumerable<Socket> sockets)
    {
        foreach (Socket socket in sockets)
        {
            if (socket.Connected)
            {
                Abort(socket);
            }
        }
    }

    public static EndPoint? RemoteEndPoint(TcpClient client)
    {
        if (client.Connected)
        {
            return client.Client.RemoteEndPoint;
        }

        return null;
    }

    public static string Name(TcpClient client) => client.Connected ? $"{client.Client.RemoteEndPoint}" : "nobody";

    public static void SetDeadline(Socket socket, int milliseconds)
    {
        if (socket.Connected)
        {
            socket.SendTimeout = milliseconds;
        }
    }

    private static void Abort(Socket socket) => socket.Close(0);
}
