using System.Net.Sockets;

namespace Liveness.KeepAlive;

/// <summary>Applies keepalive to sockets.</summary>
/// <remarks>Values are validated first, then set, all or nothing under <see cref="TcpKeepAlivePolicy.Require"/>, and read back. Apply to
/// connected sockets: the user timeout can't be set sooner.
/// A connection that has been silent for longer than its new user timeout gets its first probe at once, and is ended by Linux if just that
/// one is lost.</remarks>
public static class TcpKeepAliveSocketExtensions
{
    /// <summary>Applies options to a connected socket.</summary>
    /// <param name="socket">Connected, or accepted. On one that is not, what can't be set yet is
    /// <see cref="TcpKeepAliveStatus.Deferred"/>.</param>
    /// <param name="options">Read once.</param>
    /// <returns>What became of every setting, and what is in force.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range or contradicts another. Nothing was set.</exception>
    /// <exception cref="TcpKeepAliveException">Under Require: something can't be put in force. The socket is as it was.</exception>
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

    /// <summary>Applies a plan that was made before: for many sockets.</summary>
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
    /// Accepts a connection and applies a plan to it. Set on the listener, options would be inherited on some systems only.
    /// </summary>
    /// <param name="listener">Listening.</param>
    /// <param name="plan">Made once, for all that is accepted.</param>
    /// <param name="applied">Told the result, before this method returns. Null = nobody is told; <see cref="TcpKeepAlive.Read"/> tells
    /// later.</param>
    /// <param name="cancellationToken">Ends the wait for a connection.</param>
    /// <returns>The accepted socket.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="listener"/> or <paramref name="plan"/> is null.</exception>
    /// <exception cref="TcpKeepAliveException">Under Require: something can't be put in force. That connection is closed, the listener
    /// listens on.</exception>
    /// <exception cref="SocketException">Accepting failed.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
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
