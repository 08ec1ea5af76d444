using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Liveness;

/// <summary>Attaches what you have at hand.</summary>
public static class LivenessFactoryExtensions
{
    /// <summary>
    /// Throws where nothing is configured for a name: call it when your program starts, for names that you attach by later.
    /// </summary>
    /// <param name="factory">Knows the names.</param>
    /// <param name="name">As given to AddLiveness; null = the nameless settings.</param>
    /// <exception cref="ArgumentNullException"><paramref name="factory"/> is null.</exception>
    /// <exception cref="ArgumentException">Nothing is configured for that name; the message names those that there are, the nearest
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

    /// <summary>Attaches a connected socket, which the connection owns from now on.</summary>
    /// <inheritdoc cref="ILivenessFactory.AttachAsync"/>
    /// <param name="factory">Attaches it.</param>
    /// <param name="socket">Connected or accepted.</param>
    /// <param name="name">As given to AddLiveness; null = the nameless settings.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<LivenessConnection> AttachAsync(
        this ILivenessFactory factory, Socket socket, string? name = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return factory.AttachAsync(new AttachTarget(socket), name, cancellationToken);
    }

    /// <summary>Attaches a connected client, whose stream the connection owns from now on.</summary>
    /// <inheritdoc cref="ILivenessFactory.AttachAsync"/>
    /// <param name="factory">Attaches it.</param>
    /// <param name="client">Connected or accepted.</param>
    /// <param name="name">As given to AddLiveness; null = the nameless settings.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<LivenessConnection> AttachAsync(
        this ILivenessFactory factory, TcpClient client, string? name = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return factory.AttachAsync(new AttachTarget(client), name, cancellationToken);
    }

    /// <summary>Attaches a duplex stream, such as an SslStream, which the connection owns from now on.</summary>
    /// <inheritdoc cref="ILivenessFactory.AttachAsync"/>
    /// <param name="factory">Attaches it.</param>
    /// <param name="stream">Readable and writable at the same time.</param>
    /// <param name="name">As given to AddLiveness; null = the nameless settings.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<LivenessConnection> AttachAsync(
        this ILivenessFactory factory, Stream stream, string? name = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return factory.AttachAsync(new AttachTarget(stream), name, cancellationToken);
    }
}
