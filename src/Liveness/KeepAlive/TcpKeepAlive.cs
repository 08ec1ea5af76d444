using System.Net.Sockets;

namespace Liveness.KeepAlive;

/// <summary>Reads the keepalive settings of a socket, and applies keepalive to the connections of an HTTP handler.</summary>
public static class TcpKeepAlive
{
    /// <summary>Reads the settings of a socket from the kernel. It changes nothing.</summary>
    /// <param name="socket">A TCP socket. Of other sockets at most <see cref="TcpKeepAliveSettings.Enabled"/> is known, and has no
    /// meaning.</param>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public static TcpKeepAliveSettings Read(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        return KeepAliveReader.Read(KeepAlivePlatforms.Current, new SystemSocketOptions(socket), KernelLimits.Read());
    }

    /// <summary>
    /// Creates a callback for <see cref="SocketsHttpHandler.ConnectCallback"/>. It connects like the handler, to every address of the host
    /// in turn, and then applies keepalive.
    /// </summary>
    /// <param name="options">The keepalive options. This call validates them, not the first request.</param>
    /// <param name="applied">A callback that receives the result for every connection, before its first byte, on the thread that connected.
    /// An exception of it fails the connection. Null, the default, means no callback.</param>
    /// <returns>
    /// The callback. Under <see cref="TcpKeepAlivePolicy.Require"/> it throws <see cref="TcpKeepAliveException"/>, and the request fails.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range or contradicts another.</exception>
    /// <example>
    /// <code>
    /// SocketsHttpHandler handler = new() { ConnectCallback = TcpKeepAlive.CreateConnectCallback(TcpKeepAlivePresets.Cloud()) };
    /// return new HttpClient(handler);
    /// </code>
    /// </example>
    public static Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> CreateConnectCallback(
        TcpKeepAliveOptions options, Action<TcpKeepAliveResult>? applied = null)
    {
        TcpKeepAlivePlan plan = TcpKeepAlivePlan.Create(options);
        return async (context, cancellationToken) =>
        {
            ArgumentNullException.ThrowIfNull(context);
            Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                // Before connecting, an option set by number would keep .NET from trying a second address.
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
                TcpKeepAliveResult result = socket.ApplyTcpKeepAlive(plan);
                applied?.Invoke(result);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        };
    }
}
