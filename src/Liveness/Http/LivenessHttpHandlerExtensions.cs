using Liveness;

namespace System.Net.Http;

/// <summary>Watches the connections of an HTTP client.</summary>
public static class LivenessHttpHandlerExtensions
{
    /// <summary>
    /// Attaches every connection of this handler with an <see cref="ILivenessFactory"/> and the settings of a name. HttpClient, the clients
    /// of gRPC and SignalR, and YARP all work through such a handler.
    /// </summary>
    /// <remarks>
    /// <para>With <see cref="LivenessMode.InBand"/>, the heartbeat runs inside the connection, and inside TLS for https. The server must
    /// speak it too (<c>UseLiveness</c> of Kestrel, after UseHttps for https). If it doesn't, requests fail with
    /// <see cref="PeerNotLiveness"/>. Through a proxy it runs inside the tunnel; plain http through a proxy has no tunnel and can't be
    /// in-band. A <see cref="SocketsHttpHandler.PlaintextStreamFilter"/> that was set before runs first, so it sees the heartbeat's bytes
    /// too.</para>
    /// <para>The other modes leave the bytes alone and watch the socket, to the proxy if there is one. They do so through
    /// <see cref="SocketsHttpHandler.ConnectCallback"/>. A callback that was set before still connects. Without one, the library connects
    /// like the handler, to every address of the host in turn. A connection without a TCP socket, such as a Unix domain socket, passes
    /// unwatched, and one warning for each handler says so (event 94).</para>
    /// <para>A loss ends the connection. Its requests fail with <see cref="HttpRequestException"/> or <see cref="IOException"/>, which hold
    /// the <see cref="ConnectionLostException"/>, and the handler connects anew for the next request. A connection that the handler closes
    /// is no loss. HTTP/3 doesn't use TCP, and passes unwatched.</para>
    /// <para>Call it before the first request, and after you have set a ConnectCallback or PlaintextStreamFilter of your own.</para>
    /// </remarks>
    /// <param name="handler">The handler.</param>
    /// <param name="factory">The factory that attaches the connections.</param>
    /// <param name="name">The name that was given to AddLiveness; null, the default, means the nameless settings.</param>
    /// <param name="attached">A callback that receives every connection before its first request, for example to subscribe to the
    /// <see cref="ConnectionMonitor.ConnectionLost"/> of its monitor. It runs on the thread that connected. An exception of it fails the
    /// connection. Null, the default, means no callback.</param>
    /// <returns><paramref name="handler"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="handler"/> or <paramref name="factory"/> is null.</exception>
    /// <exception cref="ArgumentException">Nothing is configured for that name. The message lists the configured names, the most similar
    /// first.</exception>
    /// <exception cref="InvalidOperationException">The handler uses Liveness already, or has begun to send requests.</exception>
    /// <exception cref="ObjectDisposedException">The handler is disposed.</exception>
    /// <example>
    /// <code>
    /// SocketsHttpHandler handler = new SocketsHttpHandler().UseLiveness(liveness, "api");
    /// </code>
    /// </example>
    public static SocketsHttpHandler UseLiveness(
        this SocketsHttpHandler handler, ILivenessFactory factory, string? name = null, Action<LivenessConnection>? attached = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentNullException.ThrowIfNull(factory);
        factory.EnsureName(name);
        if (handler.PlaintextStreamFilter?.Target is HttpAttaching)
        {
            throw new InvalidOperationException("This handler uses Liveness already. Call UseLiveness once for each handler.");
        }

        HttpAttaching attaching = new(factory, name, attached, handler.ConnectCallback, handler.PlaintextStreamFilter);
        handler.PlaintextStreamFilter = attaching.FilterAsync;
        if (attaching.NeedsConnect)
        {
            handler.ConnectCallback = attaching.ConnectAsync;
        }

        return handler;
    }
}
