using System.Net.Sockets;

namespace Liveness;

/// <summary>Attaches what you have at hand.</summary>
public static class LivenessFactoryExtensions
{
    /// <summary>Attaches a connected socket, which the connection owns from now on.</summary>
    /// <inheritdoc cref="ILivenessFactory.AttachAsync"/>
    /// <param name="factory">Attaches it.</param>
    /// <param name="socket">Connected or accepted.</param>
    /// <param name="name">As given to AddLiveness; null = the nameless settings.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<LivenessConnection> AttachAsync(this ILivenessFactory factory, Socket socket, string? name = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return factory.AttachAsync(new LivenessTarget(socket), name, cancellationToken);
    }

    /// <summary>Attaches a connected client, whose stream the connection owns from now on.</summary>
    /// <inheritdoc cref="ILivenessFactory.AttachAsync"/>
    /// <param name="factory">Attaches it.</param>
    /// <param name="client">Connected or accepted.</param>
    /// <param name="name">As given to AddLiveness; null = the nameless settings.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<LivenessConnection> AttachAsync(this ILivenessFactory factory, TcpClient client, string? name = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return factory.AttachAsync(new LivenessTarget(client), name, cancellationToken);
    }

    /// <summary>Attaches a duplex stream, such as an SslStream, which the connection owns from now on.</summary>
    /// <inheritdoc cref="ILivenessFactory.AttachAsync"/>
    /// <param name="factory">Attaches it.</param>
    /// <param name="stream">Readable and writable at the same time.</param>
    /// <param name="name">As given to AddLiveness; null = the nameless settings.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<LivenessConnection> AttachAsync(this ILivenessFactory factory, Stream stream, string? name = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return factory.AttachAsync(new LivenessTarget(stream), name, cancellationToken);
    }
}
