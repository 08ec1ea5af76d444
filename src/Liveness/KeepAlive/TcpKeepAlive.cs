using System.Net.Sockets;

namespace Liveness.KeepAlive;

/// <summary>Reading what is in force, and keepalive where the socket is made by somebody else.</summary>
public static class TcpKeepAlive
{
    /// <summary>What is in force on a socket, read from the kernel; changes nothing.</summary>
    /// <param name="socket">Any TCP socket; of other sockets only <see cref="TcpKeepAliveSettings.Enabled"/> may be known, and means
    /// nothing.</param>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public static TcpKeepAliveSettings Read(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        return KeepAliveReader.Read(KeepAlivePlatforms.Current, new SystemSocketOptions(socket), KernelLimits.Read());
    }

    /// <summary>
    /// For <see cref="SocketsHttpHandler.ConnectCallback"/>: connects as the handler does by itself, to every address of the host in turn,
    /// then applies keepalive.
    /// </summary>
    /// <param name="options">Validated at once, not at the first request.</param>
    /// <param name="applied">Told the result of every connection; called before its first byte, on whatever thread connected. What it
    /// throws fails the connection. Null = nobody is told.</param>
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
