using System.Net.Sockets;

namespace Liveness;

/// <summary>A connection to be attached: its socket, its stream, or both.</summary>
public sealed class AttachTarget
{
    /// <summary>A connected socket.</summary>
    /// <param name="socket">Connected or accepted.</param>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    public AttachTarget(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        Socket = socket;
    }

    /// <summary>A connected client.</summary>
    /// <param name="client">Connected or accepted.</param>
    /// <exception cref="ArgumentNullException"><paramref name="client"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The client is not connected.</exception>
    /// <exception cref="ObjectDisposedException">The client is closed.</exception>
    public AttachTarget(TcpClient client)
        : this((client ?? throw new ArgumentNullException(nameof(client))).GetStream(), client.Client)
    {
    }

    /// <summary>A duplex stream, and the socket beneath it where the library can't find it by itself.</summary>
    /// <param name="stream">Readable and writable at the same time. The socket of a <see cref="NetworkStream"/>, and of an SslStream over
    /// one, is found.</param>
    /// <param name="socket">Beneath the stream; null = found, or none. It is asked and tuned, never read or written.</param>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    public AttachTarget(Stream stream, Socket? socket = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Stream = stream;
        Socket = socket ?? Transport.SocketBeneath(stream);
    }

    /// <summary>The socket; null = none is known.</summary>
    public Socket? Socket { get; }

    /// <summary>The stream that was given; null where it was a socket.</summary>
    public Stream? Stream { get; }

    /// <summary>
    /// How a lost connection is cut off (<see cref="LossAction.Abort"/>). Runs on the thread pool, is never awaited, may block and may
    /// throw.
    /// </summary>
    /// <value>Default null = the socket is reset; where there is none, the stream is disposed.</value>
    public Action? AbortTransport { get; init; }

    /// <summary>
    /// Whether the stream or socket stays open when the <see cref="LivenessConnection"/> is disposed. A loss cuts it off all the same,
    /// where <see cref="LivenessOptions.OnLoss"/> says so.
    /// </summary>
    /// <value>Default false.</value>
    public bool LeaveOpen { get; init; }

    /// <summary>Names the connection to a side channel where its addresses differ between its ends, behind a NAT or a proxy.</summary>
    /// <value>
    /// 16 to 512 bytes that both ends know and nobody can guess, one for each connection. Default empty = it is named by its addresses.
    /// </value>
    public ReadOnlyMemory<byte> SideChannelKey { get; init; }

    /// <summary>What logs, status pages and health checks call it, beside its name.</summary>
    /// <value>Default null = the remote address and port, where there is a socket.</value>
    public string? Description { get; init; }

    /// <inheritdoc cref="ConnectionMonitor.OwnId"/>
    /// <remarks>Holds from the attach on; then <see cref="LivenessConnection.OwnId"/> changes it.</remarks>
    /// <exception cref="ArgumentException">The value set is none of these: the message says where, and what to do.</exception>
    public string? OwnId
    {
        get;
        init => field = OwnIdRule.Checked(value, nameof(value));
    }
}
