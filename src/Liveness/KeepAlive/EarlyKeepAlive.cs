using System.Net.Sockets;

namespace Liveness.KeepAlive;

/// <summary>Puts on a socket that is not connected yet as much of a plan as .NET carries over to a second address: the probes.</summary>
/// <remarks>What is set by number keeps a Unix socket from trying a second address, and a user timeout would also limit the connecting
/// (tcp(7)). So the whole plan is applied, and reported, once the socket is connected.</remarks>
internal static class EarlyKeepAlive
{
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public static void Apply(Socket socket, TcpKeepAlivePlan plan)
    {
        foreach (KeepAliveOperation operation in plan.Operations)
        {
            if (operation is { Ioctl: null, Option: { Managed: { } name } option })
            {
                TrySet(socket, option.ManagedLevel, name, operation.Value);
            }
        }
    }

    private static void TrySet(Socket socket, SocketOptionLevel level, SocketOptionName name, int value)
    {
        try
        {
            socket.SetSocketOption(level, name, value);
        }
        catch (SocketException)
        {
            // Some kernels take it from a connected socket only.
            return;
        }
    }
}
