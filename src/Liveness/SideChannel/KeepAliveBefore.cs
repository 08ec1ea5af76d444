using System.Net.Sockets;

namespace Liveness;

/// <summary>The keepalive of a socket before it became a witness. As a rule it is the same on all sockets of a process, and they share one object.</summary>
internal sealed record KeepAliveBefore(bool Enabled, int Idle, int Interval, int Count)
{
    private static KeepAliveBefore? s_newest;

    /// <returns>What was in force before; null where it can't be turned on: then the kernel is no witness while no data moves.</returns>
    public static KeepAliveBefore? TurnOn(Socket socket, in WitnessPlan plan)
    {
        try
        {
            KeepAliveBefore before = new(
                Get(socket, SocketOptionLevel.Socket, SocketOptionName.KeepAlive) != 0,
                Get(socket, SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime),
                Get(socket, SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval),
                Get(socket, SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount));
            Set(socket, new KeepAliveBefore(true, (int)plan.Idle.TotalSeconds, (int)plan.Interval.TotalSeconds, WitnessPlan.ProbeCount));
            KeepAliveBefore? newest = Volatile.Read(ref s_newest);
            if (before != newest)
            {
                Volatile.Write(ref s_newest, newest = before);
            }

            return newest;
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    /// <summary>Sends a probe at once (Linux), and those that follow count from it.</summary>
    /// <remarks>The timers of sockets that were turned on together expire together, on a few milliseconds; thousands of probes at a time overflow this host's own queues, and the same ones every time.
    /// Asking again at each socket's own turn takes them apart.</remarks>
    public static void ProbeNow(Socket socket, in WitnessPlan plan)
    {
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, (int)plan.Idle.TotalSeconds);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // It is closed, or has failed: the next look tells.
        }
    }

    public void PutBack(Socket socket)
    {
        try
        {
            Set(socket, this);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // It is closed, or has failed: there is nothing left to put back.
        }
    }

    private static void Set(Socket socket, KeepAliveBefore values)
    {
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, values.Idle);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, values.Interval);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, values.Count);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, values.Enabled);
    }

    private static int Get(Socket socket, SocketOptionLevel level, SocketOptionName name) => (int)socket.GetSocketOption(level, name)!;
}
