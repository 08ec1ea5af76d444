using Liveness.KeepAlive;

namespace Liveness;

/// <summary>
/// Attaches connections with the settings that are configured for a name, and lists the connections that it has attached. You can use all
/// members from any thread.
/// </summary>
/// <remarks>A change of the configuration is validated as a whole. A valid change applies to connections that are attached later. Its
/// <see cref="LivenessOptions.DetectWithin"/> and keepalive also apply to live connections that are in-band (the peer is told) or kernel
/// only, and none of them is lost by it. A side channel keeps its settings until the program starts again. An invalid change is logged
/// once, and the last good settings stay in force. Settings that are absent from a change keep their values.</remarks>
public interface ILivenessFactory
{
    /// <summary>The attached connections that have not ended.</summary>
    IReadOnlyCollection<LivenessConnection> Connections { get; }

    /// <summary>The newest losses of all names, at most 100, with the newest first.</summary>
    IReadOnlyList<RecordedLoss> RecentLosses { get; }

    /// <summary>The number of losses since the factory was made, by diagnosis, and a summary of the newest ones.</summary>
    /// <value>A copy that doesn't change any more. An implementation of your own that doesn't override this property returns a history of
    /// its <see cref="RecentLosses"/>, which counts no further than they go: its <see cref="Liveness.LossHistory.Since"/> is null, and the
    /// status page then shows no losses a minute.</value>
    LossHistory LossHistory => LossHistory.Of(RecentLosses);

    /// <summary>The configured names, in ordinal order; the nameless settings are the empty string.</summary>
    /// <value>Null means that any name is accepted.</value>
    IReadOnlyList<string>? Names => null;

    /// <summary>Tells all peers that this program is going away, closes the connections in good order and in parallel, and attaches no
    /// more. No peer then sees a loss when the process ends.</summary>
    /// <remarks>
    /// <para>Written bytes are sent first. Reads and writes of this end fail with <see cref="ObjectDisposedException"/>, as after any
    /// close. Peers read to the end of the stream, and then find <see cref="ConnectionMonitor.PeerGoingAway"/> set. The peer of a
    /// connection that is being attached is told too, and <see cref="AttachAsync"/> then fails. The drain waits for an attach that had
    /// begun before, and doesn't count it.</para>
    /// <para>Only an in-band connection can carry the message. Connections of the other modes stay open
    /// (<see cref="DrainResult.NotTold"/>).</para>
    /// <para>The owner of each connection still disposes it. A connection that its owner closes after the drain has begun carries the same
    /// message.</para>
    /// </remarks>
    /// <param name="options">The options; null means the defaults. They are read by this call.</param>
    /// <param name="cancellationToken">Cuts off at once the connections that are not closed yet.</param>
    /// <returns>
    /// The result. The drain never takes longer than <see cref="DrainOptions.Within"/> plus one second. A second call completes together
    /// with the first one, also after a dispose of the factory; its options are ignored, and its token is observed.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The options are not valid. The message names every failure.</exception>
    /// <exception cref="ObjectDisposedException">The factory is disposed and was not drained before.</exception>
    Task<DrainResult> DrainAsync(DrainOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Applies keepalive to a connection, starts watching it, and returns the stream to read and write. Call it right after connect or
    /// accept, because in-band the peer's handshake timeout is running.
    /// </summary>
    /// <remarks>
    /// It doesn't wait for a side channel, and doesn't fail when there is none. Until the side connection is established, only the kernel
    /// watches (<see cref="ConnectionConditions.Unvouched"/>), and one warning says so (event 19).
    /// <para>With <see cref="LivenessOptions.PlainPeers"/> = Serve, this end says nothing until it knows what the peer speaks. A peer that
    /// doesn't speak Liveness is attached as if the mode were <see cref="LivenessMode.KernelOnly"/>, and without a watch where there is no
    /// TCP socket. A cancelled attach that leaves the connection open may have taken up to seven bytes, but only of a peer that had
    /// begun like Liveness, or over a stream that can't be peeked at (<see cref="IPeekable"/>).</para>
    /// </remarks>
    /// <param name="target">The connection. It is closed when the attach fails, unless <see cref="AttachTarget.LeaveOpen"/> is set.</param>
    /// <param name="name">The name that was given to AddLiveness; null, the default, means the nameless settings.</param>
    /// <param name="cancellationToken">Cancels the attach, and closes the connection as any other failure does.</param>
    /// <exception cref="ArgumentNullException"><paramref name="target"/> is null.</exception>
    /// <exception cref="ArgumentException">Nothing is configured for that name; or the mode needs a socket, and the target has none or a
    /// non-blocking one. The message says what to do.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The configuration is not valid.</exception>
    /// <exception cref="IOException">The peer has ended the connection before it could be watched.</exception>
    /// <exception cref="ConnectionLostException">The connection was lost during the handshake. <see cref="ConnectionLostException.Loss"/>
    /// says why.</exception>
    /// <exception cref="InvalidOperationException">A heartbeat runs inside this socket or stream already. That heartbeat goes
    /// on.</exception>
    /// <exception cref="TcpKeepAliveException">Keepalive can't be applied in full, and its policy is
    /// <see cref="TcpKeepAlivePolicy.Require"/>.</exception>
    /// <exception cref="ObjectDisposedException">The factory or the connection is disposed; or <see cref="DrainAsync"/> was called. In that
    /// case the connection is closed, and its peer is told that this program is going away.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <example>
    /// <code>
    /// await using LivenessConnection connection = await factory.AttachAsync(accepted, "devices", cancellationToken);
    /// Console.WriteLine($"{connection.Name} {connection.Mode}, bound {connection.Bound}");
    /// </code>
    /// </example>
    Task<LivenessConnection> AttachAsync(AttachTarget target, string? name = null, CancellationToken cancellationToken = default);

    /// <summary>Watches a connection that a library of somebody else makes, uses and closes: a client of a database, a broker or a web
    /// server that only hands over its socket. Call it where the library shows you the socket, before or after it is connected.</summary>
    /// <remarks>
    /// <para>It works in the mode <see cref="LivenessMode.KernelOnly"/>. It returns at once. The keepalive of the name applies to the
    /// socket at once, and its user timeout when the socket is connected, because on Unix a user timeout that is set earlier keeps .NET
    /// from trying a host's second address. The watching begins by itself: at once if the socket is connected, otherwise at the latest when
    /// half as much time again has passed as the connecting took, and no later than one second after it. From then on the connection is in
    /// <see cref="Connections"/>, in the metrics and on the status page, and its loss in <see cref="RecentLosses"/>.</para>
    /// <para>You dispose nothing. The watching ends when the library closes the socket, or forgets it. A socket that never connects leaves
    /// nothing. A second call for the same socket changes nothing.</para>
    /// <para>After a loss, <see cref="LossAction.Abort"/> shuts the socket down in both directions: the library finds the end of the
    /// connection, as if the peer had closed it, and connects again by its own rules. <see cref="AttachTarget.AbortTransport"/> replaces
    /// that. <see cref="LivenessConnection.Stream"/> of such a connection throws <see cref="InvalidOperationException"/>, because the
    /// library reads and writes the socket. A drain leaves the connection open.</para>
    /// <para>Since it is called within other libraries, it throws only for mistakes of the program. A socket that can't be watched (a Unix
    /// domain socket or a datagram socket, or a system that tells nothing of its connections) stays as it is, and one warning for each name
    /// says so (event 92).</para>
    /// </remarks>
    /// <param name="target">The socket. Its stream and its side channel key are not used, and <see cref="AttachTarget.LeaveOpen"/> is
    /// always assumed. The library holds the socket weakly; an AbortTransport that refers to it would keep it alive while it is
    /// unconnected.</param>
    /// <param name="name">The name that was given to AddLiveness; null, the default, means the nameless settings.</param>
    /// <param name="watched">A callback that receives the connection when the watching has begun, for example to add handlers to its
    /// monitor: they are called even if the connection was lost before. It runs on the thread pool, and what it throws is logged. Null, the
    /// default, means no callback.</param>
    /// <exception cref="ArgumentNullException"><paramref name="target"/> is null.</exception>
    /// <exception cref="ArgumentException">Nothing is configured for that name, or its mode is not KernelOnly; or the target has no socket,
    /// or one that listens. The message says what to do.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The configuration is not valid.</exception>
    /// <exception cref="TcpKeepAliveException">The socket is connected, keepalive can't be applied in full, and its policy is
    /// <see cref="TcpKeepAlivePolicy.Require"/>. If the socket is not connected yet, a warning says so later (event 92), and the connection
    /// is not watched.</exception>
    /// <exception cref="ObjectDisposedException">The factory is disposed, or the socket is closed.</exception>
    /// <exception cref="NotSupportedException">This factory is an implementation of your own that doesn't override this method.</exception>
    /// <example>
    /// <code>
    /// factory.Watch(new AttachTarget(socket) { Description = "orders" }, "database", watched =&gt;
    ///     watched.Monitor.ConnectionLost += (_, e) =&gt; Console.WriteLine($"{watched.Description}: {e.Loss}"));
    /// </code>
    /// </example>
    void Watch(AttachTarget target, string? name = null, Action<LivenessConnection>? watched = null) =>
        throw new NotSupportedException($"{GetType()} does not implement Watch.");

    /// <summary>Returns the mode that a connection attached now would have. A change of the configuration may change it.</summary>
    /// <param name="name">The name that was given to AddLiveness; null, the default, means the nameless settings.</param>
    /// <exception cref="ArgumentException">Nothing is configured for that name. The message lists the configured names, the most similar
    /// first.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The configuration is not valid.</exception>
    /// <exception cref="ObjectDisposedException">The factory is disposed.</exception>
    /// <exception cref="NotSupportedException">This factory is an implementation of your own that doesn't override this method.</exception>
    LivenessMode GetMode(string? name = null) => throw new NotSupportedException($"{GetType()} does not implement GetMode.");
}
