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
    /// </remarks>
    /// <param name="target">The connection. It is closed when the attach fails, unless <see cref="AttachTarget.LeaveOpen"/> is set.</param>
    /// <param name="name">The name that was given to AddLiveness; null, the default, means the nameless settings.</param>
    /// <param name="cancellationToken">Cancels the attach, and closes the connection as any other failure does.</param>
    /// <exception cref="ArgumentNullException"><paramref name="target"/> is null.</exception>
    /// <exception cref="ArgumentException">Nothing is configured for that name; or the mode needs a socket, and the target has none or a
    /// non-blocking one. The message says what to do.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The configuration is not valid.</exception>
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
}
