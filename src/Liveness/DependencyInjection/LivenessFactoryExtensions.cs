using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Liveness;

/// <summary>Attaches sockets, clients and streams with an <see cref="ILivenessFactory"/>.</summary>
public static class LivenessFactoryExtensions
{
    /// <summary>
    /// Throws if nothing is configured for a name. Call it when your program starts, for the names that you attach with later.
    /// </summary>
    /// <param name="factory">The factory that is asked.</param>
    /// <param name="name">The name that was given to AddLiveness; null, the default, means the nameless settings.</param>
    /// <exception cref="ArgumentNullException"><paramref name="factory"/> is null.</exception>
    /// <exception cref="ArgumentException">Nothing is configured for that name. The message lists the configured names, the most similar
    /// first.</exception>
    public static void EnsureName(this ILivenessFactory factory, string? name)
    {
        ArgumentNullException.ThrowIfNull(factory);
        string wanted = name ?? Options.DefaultName;
        if (factory.Names is { } known && !known.Contains(wanted, StringComparer.Ordinal))
        {
            throw new ArgumentException(UnknownName.Text(wanted, known));
        }
    }

    /// <summary>Attaches a connected socket. The returned connection owns and closes it.</summary>
    /// <inheritdoc cref="ILivenessFactory.AttachAsync"/>
    /// <param name="factory">The factory that attaches the connection.</param>
    /// <param name="socket">A connected or accepted socket.</param>
    /// <param name="name">The name that was given to AddLiveness; null, the default, means the nameless settings.</param>
    /// <param name="cancellationToken">Cancels the attach, and closes the connection as any other failure does.</param>
    public static Task<LivenessConnection> AttachAsync(
        this ILivenessFactory factory, Socket socket, string? name = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return factory.AttachAsync(new AttachTarget(socket), name, cancellationToken);
    }

    /// <summary>Attaches a connected client. The returned connection owns and closes its stream.</summary>
    /// <inheritdoc cref="ILivenessFactory.AttachAsync"/>
    /// <param name="factory">The factory that attaches the connection.</param>
    /// <param name="client">A connected or accepted client.</param>
    /// <param name="name">The name that was given to AddLiveness; null, the default, means the nameless settings.</param>
    /// <param name="cancellationToken">Cancels the attach, and closes the connection as any other failure does.</param>
    public static Task<LivenessConnection> AttachAsync(
        this ILivenessFactory factory, TcpClient client, string? name = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return factory.AttachAsync(new AttachTarget(client), name, cancellationToken);
    }

    /// <summary>Attaches a duplex stream, such as an SslStream. The returned connection owns and closes it.</summary>
    /// <inheritdoc cref="ILivenessFactory.AttachAsync"/>
    /// <param name="factory">The factory that attaches the connection.</param>
    /// <param name="stream">A stream that can be read and written at the same time.</param>
    /// <param name="name">The name that was given to AddLiveness; null, the default, means the nameless settings.</param>
    /// <param name="cancellationToken">Cancels the attach, and closes the connection as any other failure does.</param>
    public static Task<LivenessConnection> AttachAsync(
        this ILivenessFactory factory, Stream stream, string? name = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return factory.AttachAsync(new AttachTarget(stream), name, cancellationToken);
    }

    /// <summary>Watches a socket that a library of somebody else connects, uses and closes.</summary>
    /// <inheritdoc cref="ILivenessFactory.Watch"/>
    /// <param name="factory">The factory that watches the connection.</param>
    /// <param name="socket">A TCP socket, connected or not. The library holds it weakly.</param>
    /// <param name="name">The name that was given to AddLiveness; null, the default, means the nameless settings.</param>
    /// <param name="watched">A callback that receives the connection when the watching has begun, for example to add handlers to its
    /// monitor: they are called even if the connection was lost before. It runs on the thread pool, and what it throws is logged. Null, the
    /// default, means no callback.</param>
    public static void Watch(
        this ILivenessFactory factory, Socket socket, string? name = null, Action<LivenessConnection>? watched = null)
    {
        ArgumentNullException.ThrowIfNull(factory);
        factory.Watch(new AttachTarget(socket), name, watched);
    }
}
