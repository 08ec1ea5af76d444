using System.Net.Sockets;

namespace Liveness.KeepAlive;

/// <summary>Applies keepalive to sockets.</summary>
/// <remarks>The values are validated, set and read back. With <see cref="TcpKeepAlivePolicy.Require"/>, either all of them are set or none.
/// Apply them to connected sockets, because the user timeout can't be set earlier. A connection that has been silent for longer than its
/// new user timeout is probed at once, and Linux ends it if that one probe is lost.</remarks>
public static class TcpKeepAliveSocketExtensions
{
    /// <summary>Applies options to a connected socket.</summary>
    /// <param name="socket">A connected or accepted socket. On an unconnected socket, a setting that can't be set yet is
    /// <see cref="TcpKeepAliveStatus.Deferred"/>.</param>
    /// <param name="options">The options. They are read once.</param>
    /// <returns>The outcome of every setting, and the settings that are now in force.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range or contradicts another. Nothing was set.</exception>
    /// <exception cref="TcpKeepAliveException">A setting can't be applied, and the policy is Require. The socket is unchanged.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    /// <example>
    /// <code>
    /// TcpKeepAliveResult applied = socket.ApplyTcpKeepAlive(new TcpKeepAliveOptions { DetectWithin = TimeSpan.FromSeconds(60) });
    /// Console.WriteLine(applied.InForce);
    /// </code>
    /// </example>
    public static TcpKeepAliveResult ApplyTcpKeepAlive(this Socket socket, TcpKeepAliveOptions options)
    {
        ArgumentNullException.ThrowIfNull(socket);
        return socket.ApplyTcpKeepAlive(TcpKeepAlivePlan.Create(options));
    }

    /// <summary>Applies a plan to a connected socket. One plan serves many sockets.</summary>
    /// <inheritdoc cref="ApplyTcpKeepAlive(Socket, TcpKeepAliveOptions)"/>
    public static TcpKeepAliveResult ApplyTcpKeepAlive(this Socket socket, TcpKeepAlivePlan plan)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(plan);
        KeepAliveOwner.Shared.Yield(socket);
        return KeepAliveApplier.Apply(plan, new SystemSocketOptions(socket));
    }

    /// <summary>Applies options to a connected client.</summary>
    /// <inheritdoc cref="ApplyTcpKeepAlive(Socket, TcpKeepAliveOptions)"/>
    public static TcpKeepAliveResult ApplyTcpKeepAlive(this TcpClient client, TcpKeepAliveOptions options)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.Client.ApplyTcpKeepAlive(options);
    }

    /// <summary>
    /// Accepts a connection and applies a plan to it. Only some systems inherit settings that are made on the listener.
    /// </summary>
    /// <param name="listener">A listening socket.</param>
    /// <param name="plan">The plan. One plan serves all accepted connections.</param>
    /// <param name="applied">A callback that receives the result before this method returns. Null, the default, means no callback;
    /// <see cref="TcpKeepAlive.Read"/> reads the settings later.</param>
    /// <param name="cancellationToken">Cancels waiting for a connection.</param>
    /// <returns>The accepted socket.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="listener"/> or <paramref name="plan"/> is null.</exception>
    /// <exception cref="TcpKeepAliveException">A setting can't be applied, and the policy is Require. That connection is closed, and the
    /// listener still listens.</exception>
    /// <exception cref="SocketException">Accepting failed.</exception>
    /// <exception cref="OperationCanceledException">The waiting was cancelled.</exception>
    public static async ValueTask<Socket> AcceptWithTcpKeepAliveAsync(
        this Socket listener,
        TcpKeepAlivePlan plan,
        Action<TcpKeepAliveResult>? applied = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(listener);
        ArgumentNullException.ThrowIfNull(plan);
        Socket accepted = await listener.AcceptAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            TcpKeepAliveResult result = accepted.ApplyTcpKeepAlive(plan);
            applied?.Invoke(result);
            return accepted;
        }
        catch
        {
            accepted.Dispose();
            throw;
        }
    }
}
