using Liveness.KeepAlive;

namespace Liveness;

/// <summary>
/// Attaches connections to what is configured for their name, and knows all that it has attached. All members may be used from any thread.
/// </summary>
/// <remarks>A change of the configuration is validated as a whole. A valid one holds for connections attached later, and its
/// <see cref="LivenessOptions.DetectWithin"/> and keepalive also reach live ones that are in-band (the peer is told) or kernel only,
/// without losing one of them; a side channel keeps what it was made with until the program starts again. One that is not valid is logged
/// once, and the last good settings stay in force, also for what is absent from it.</remarks>
public interface ILivenessFactory
{
    /// <summary>The connections that were attached and have not ended.</summary>
    IReadOnlyCollection<LivenessConnection> Connections { get; }

    /// <summary>The newest losses of all names, newest first; at most 100.</summary>
    IReadOnlyList<RecordedLoss> RecentLosses { get; }

    /// <summary>How many losses there were since the factory was made, by diagnosis, and the newest of them in brief.</summary>
    /// <value>A copy of this moment. An implementation of your own that does not override it tells what
    /// <see cref="RecentLosses"/> tells.</value>
    LossHistory LossHistory => LossHistory.Of(RecentLosses);

    /// <summary>The names that connections can be attached by, in ordinal order; empty for the nameless settings.</summary>
    /// <value>Null = any name will do.</value>
    IReadOnlyList<string>? Names => null;

    /// <summary>Tells the peers of all connections that this program is going away, closes the connections in good order, in parallel, and
    /// attaches no more: so that the end of a process is no loss for anybody.</summary>
    /// <remarks>
    /// <para>What was written is sent first. Reads and writes of this end fail with <see cref="ObjectDisposedException"/> as after any
    /// close. Peers read to the end, then find <see cref="ConnectionMonitor.PeerGoingAway"/> set. A connection that is being attached is
    /// told, too, and <see cref="AttachAsync"/> then fails; one whose attach had begun before is waited for, and not counted.</para>
    /// <para>Only in-band can anything be said. Connections of the other modes are left open (<see cref="DrainResult.NotTold"/>).</para>
    /// <para>Every connection stays its owner's to dispose. A connection that its owner closes from now on says the same.</para>
    /// </remarks>
    /// <param name="options">Read now; null = the defaults.</param>
    /// <param name="cancellationToken">Cuts off at once what is not closed yet.</param>
    /// <returns>
    /// How it went. It never takes longer than <see cref="DrainOptions.Within"/> and a second more. A second call completes with the first
    /// one, also after a dispose of the factory; its options do not count, its token does.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The options are not valid; the message names every failure.</exception>
    /// <exception cref="ObjectDisposedException">The factory is disposed, and was not drained before.</exception>
    Task<DrainResult> DrainAsync(DrainOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Applies keepalive to a connection, begins to watch it, and hands out what to read and write from now on. Call it right after connect
    /// or accept: in-band, the peer's handshake time is running.
    /// </summary>
    /// <remarks>
    /// It neither waits for a side channel nor fails by one: until the side connection is there, the kernel alone watches
    /// (<see cref="ConnectionConditions.Unvouched"/>), and a warning says so once (19).
    /// </remarks>
    /// <param name="target">The connection. It is closed where this fails, unless its <see cref="AttachTarget.LeaveOpen"/> is
    /// set.</param>
    /// <param name="name">As given to AddLiveness; null = the nameless settings.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentNullException"><paramref name="target"/> is null.</exception>
    /// <exception cref="ArgumentException">Nothing is configured for that name; or the mode needs a socket, and the target has none or one
    /// that is not blocking: the message says what to do.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">What is configured is not valid.</exception>
    /// <exception cref="ConnectionLostException">The connection was lost during the handshake; the loss says why.</exception>
    /// <exception cref="InvalidOperationException">A heartbeat runs inside this socket or stream already; it is left
    /// alone.</exception>
    /// <exception cref="TcpKeepAliveException">Keepalive can't be applied in full, and its policy is
    /// <see cref="TcpKeepAlivePolicy.Require"/>.</exception>
    /// <exception cref="ObjectDisposedException">The factory or the connection is disposed. Or <see cref="DrainAsync"/> was called: the
    /// connection is closed, and its peer is told that this program is going away.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <example>
    /// <code>
    /// await using LivenessConnection connection = await factory.AttachAsync(accepted, "devices", cancellationToken);
    /// Console.WriteLine($"{connection.Name} {connection.Mode}, bound {connection.Bound}");
    /// </code>
    /// </example>
    Task<LivenessConnection> AttachAsync(AttachTarget target, string? name = null, CancellationToken cancellationToken = default);
}
