using System.Net.Security;
using System.Net.Sockets;

namespace Liveness;

/// <summary>A connection to be attached: its socket, its stream, or both.</summary>
public sealed class AttachTarget
{
    /// <summary>Targets a connected socket.</summary>
    /// <param name="socket">A connected or accepted socket.</param>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    public AttachTarget(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        Socket = socket;
    }

    /// <summary>Targets a connected client.</summary>
    /// <param name="client">A connected or accepted client.</param>
    /// <exception cref="ArgumentNullException"><paramref name="client"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The client is not connected.</exception>
    /// <exception cref="ObjectDisposedException">The client is closed.</exception>
    public AttachTarget(TcpClient client)
        : this((client ?? throw new ArgumentNullException(nameof(client))).GetStream(), client.Client)
    {
    }

    /// <summary>Targets a duplex stream, and the socket beneath it if the library can't find that by itself.</summary>
    /// <param name="stream">A stream that can be read and written at the same time. The library finds the socket of a
    /// <see cref="NetworkStream"/>, and of an SslStream over one.</param>
    /// <param name="socket">The socket beneath the stream; null, the default, means that the library looks for it. It reads the state and
    /// sets options of the socket, and never reads or writes data.</param>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    public AttachTarget(Stream stream, Socket? socket = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Stream = stream;
        Socket = socket ?? Transport.SocketBeneath(stream);
    }

    /// <summary>The socket; null if none is known.</summary>
    public Socket? Socket { get; }

    /// <summary>The given stream; null if the target is a socket.</summary>
    public Stream? Stream { get; }

    /// <summary>
    /// The action that cuts off a lost connection (<see cref="LossAction.Abort"/>). It runs on the thread pool, and may block and throw.
    /// </summary>
    /// <value>Null, the default, means that the socket is reset, or the stream disposed where there is no socket.</value>
    public Action? AbortTransport { get; init; }

    /// <summary>
    /// Whether the stream or socket stays open when the <see cref="LivenessConnection"/> is disposed. A loss cuts it off all the same if
    /// <see cref="LivenessOptions.OnLoss"/> says so.
    /// </summary>
    /// <value>The default is false.</value>
    public bool LeaveOpen { get; init; }

    /// <summary>The protocol that TLS has agreed on (ALPN), where the library can't ask the stream, because it is no
    /// <see cref="SslStream"/>. <see cref="LivenessProtocol.Alpn"/> means that the peer speaks Liveness, so that an end that serves plain
    /// peers (<see cref="PlainPeers.Serve"/>) doesn't wait for its first bytes.</summary>
    /// <value>Null, the default, means that the library asks the stream if it is an SslStream.</value>
    public SslApplicationProtocol? NegotiatedProtocol { get; init; }

    /// <inheritdoc cref="Transport.HalfCloses"/>
    internal bool HalfCloses { get; init; } = true;

    /// <summary>The key by which both ends name the connection to a side channel. It is needed where the addresses differ between the ends,
    /// behind a NAT or a proxy.</summary>
    /// <value>
    /// 16 to 512 bytes that both ends know and nobody else can guess, different for each connection. Empty, the default, means that the
    /// connection is named by its addresses.
    /// </value>
    public ReadOnlyMemory<byte> SideChannelKey { get; init; }

    /// <summary>The text by which logs, status pages and health checks name the connection, beside the name of its settings.</summary>
    /// <value>Null, the default, means the remote address and port, if there is a socket.</value>
    public string? Description { get; init; }

    /// <inheritdoc cref="ConnectionMonitor.OwnId"/>
    /// <remarks>It applies from the attach on. Later, <see cref="LivenessConnection.OwnId"/> changes it.</remarks>
    /// <exception cref="ArgumentException">The value is not allowed; the message says what is wrong and what to do.</exception>
    public string? OwnId
    {
        get;
        init => field = OwnIdRule.Checked(value, nameof(value));
    }
}
