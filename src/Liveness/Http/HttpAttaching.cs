using System.Net.Security;
using System.Net.Sockets;

namespace Liveness;

/// <summary>Attaches the connections of one handler, at the place that their mode needs.</summary>
/// <remarks>
/// In-band that is the filter, inside TLS. A connection that is only watched is attached as soon as it is connected: there its socket is
/// known, also to a proxy, and the handshake of TLS is watched as well.
/// </remarks>
internal sealed class HttpAttaching(
    ILivenessFactory factory,
    string? name,
    Action<LivenessConnection>? attached,
    Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>>? connect,
    Func<SocketsHttpPlaintextStreamFilterContext, CancellationToken, ValueTask<Stream>>? filter)
{
    /// <summary>Interlocked: 1 = said that some connections pass unwatched.</summary>
    private int _isTold;

    /// <summary>In-band nothing is done there, and clients such as gRPC's do more where nobody else connects.</summary>
    public bool NeedsConnect => connect is not null || !IsInBand;

    /// <summary>Of a factory of somebody else nothing is known: it is asked in the filter, and finds the socket there.</summary>
    private bool IsInBand => factory is not LivenessFactory own || own.GetMode(name) == LivenessMode.InBand;

    /// <summary>As <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        Stream stream = await (connect ?? DialAsync)(context, cancellationToken).ConfigureAwait(false);

        // The handler asks for the type of what it is given: TLS of its own would follow on TLS that we hide. The filter sees that one.
        return IsInBand || stream is SslStream ? stream : await WatchAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>As <see cref="SocketsHttpHandler.PlaintextStreamFilter"/>.</summary>
    public async ValueTask<Stream> FilterAsync(SocketsHttpPlaintextStreamFilterContext context, CancellationToken cancellationToken)
    {
        Stream stream = context.PlaintextStream;
        if (filter is not null)
        {
            stream = await filter(context, cancellationToken).ConfigureAwait(false);
        }

        if (IsInBand)
        {
            // What is asked to make a tunnel is the proxy, which knows nothing of us: the server answers inside the tunnel.
            return context.InitialRequestMessage.Method == HttpMethod.Connect
                ? stream
                : await AttachAsync(stream, cancellationToken).ConfigureAwait(false);
        }

        return IsWatchedBeneath(context.PlaintextStream) ? stream : await WatchAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>As the handler does without a callback.</summary>
    private static async ValueTask<Stream> DialAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>It was attached when it was connected; or the stream is the handler's own, inside a tunnel whose connection was.</summary>
    private static bool IsWatchedBeneath(Stream stream)
    {
        Stream beneath = Transport.BeneathTls(stream);
        return beneath is HttpStream || beneath.GetType().Assembly == typeof(SocketsHttpHandler).Assembly;
    }

    /// <summary>Where there is no socket to watch, the connection is none the worse for us.</summary>
    private async ValueTask<Stream> WatchAsync(Stream stream, CancellationToken cancellationToken)
    {
        if (Transport.SocketBeneath(stream) is { ProtocolType: ProtocolType.Tcp })
        {
            return await AttachAsync(stream, cancellationToken).ConfigureAwait(false);
        }

        if (Interlocked.Exchange(ref _isTold, 1) == 0)
        {
            (factory as LivenessFactory)?.NoteUnwatched(name, stream.GetType().Name);
        }

        return stream;
    }

    private async ValueTask<Stream> AttachAsync(Stream stream, CancellationToken cancellationToken)
    {
        // A server of HTTP takes a half close for the end of the connection, and would cut off its own goodbye.
        AttachTarget target = new(stream) { HalfCloses = false };
        LivenessConnection connection = await factory.AttachAsync(target, name, cancellationToken).ConfigureAwait(false);
        try
        {
            attached?.Invoke(connection);
            return new HttpStream(connection);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
