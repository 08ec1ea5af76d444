using System.Net.Sockets;

namespace Liveness;

/// <summary>
/// A connection that an <see cref="ILivenessFactory"/> has attached. You read and write its <see cref="Stream"/>, and its
/// <see cref="Monitor"/> tells how it ends, in every mode.
/// </summary>
public sealed class LivenessConnection : IAsyncDisposable
{
    private readonly Instant _attachedAt;

    internal LivenessConnection(
        long id, string name, LivenessMode mode, string description, TimeProvider timeProvider, AttachedConnection attached)
    {
        TimeProvider = GuardedTimeProvider.Of(timeProvider);
        AttachedAt = TimeProvider.GetUtcNow();
        _attachedAt = Instant.Now(TimeProvider);
        Name = name;
        Mode = mode;
        Description = description;
        Attached = attached;
        Monitor.Identify(id, description.Length == 0 ? null : description);
    }

    /// <summary>The number of this connection. It is unique in this process.</summary>
    public long Id => Monitor.Id;

    /// <summary>The name of its settings, as given to AddLiveness; empty for the nameless settings.</summary>
    public string Name { get; }

    /// <summary>How the connection is watched. The mode doesn't change after the attach. For a plain peer that is served
    /// (<see cref="PlainPeers.Serve"/>) it is <see cref="LivenessMode.KernelOnly"/>, whatever the settings of its name say.</summary>
    public LivenessMode Mode { get; }

    /// <summary>The text of <see cref="AttachTarget.Description"/>; without that the remote address and port; without a socket
    /// empty.</summary>
    public string Description { get; }

    /// <inheritdoc cref="ConnectionMonitor.OwnId"/>
    public string? OwnId
    {
        get => Monitor.OwnId;
        set => Monitor.OwnId = value;
    }

    /// <summary>The time of the attach by the wall clock, for display only.</summary>
    public DateTimeOffset AttachedAt { get; }

    /// <summary>The time since the attach, by a monotonic clock.</summary>
    public TimeSpan Age => Instant.Now(TimeProvider) - _attachedAt;

    internal TimeProvider TimeProvider { get; }

    internal AttachedConnection Attached { get; }

    /// <summary>The stream that you read and write. After a loss, its operations fail with <see cref="ConnectionLostException"/>: in-band
    /// always, in the other modes if the connection was cut off. In the mode KernelOnly an error that your own call meets first is judged
    /// at once, and fails with the same exception. With a side channel it is thrown as the original <see cref="IOException"/>.</summary>
    /// <remarks>
    /// Dispose this connection rather than the stream. In-band with <see cref="LossAction.ReportOnly"/>, a dispose of the stream alone
    /// leaves the socket open.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The connection was handed over by <see cref="ILivenessFactory.Watch"/>: whoever made the
    /// socket reads and writes it.</exception>
    public Stream Stream => Attached.Stream;

    /// <summary>The monitor of this connection: its state, its measurements, and the event that tells how it ended.</summary>
    public ConnectionMonitor Monitor => Attached.Monitor;

    /// <summary>The time after the last sign of life within which a loss is reported. A change of the configuration, or a peer that beats
    /// more slowly, changes it. <see cref="Timeout.InfiniteTimeSpan"/> means that silence is not limited.</summary>
    public TimeSpan Bound => Monitor.GetSnapshot().Bound ?? Timeout.InfiniteTimeSpan;

    /// <summary>Accepts a connection without a factory, by the options of a heartbeat. With <see cref="PlainPeers.Serve"/> it finds out
    /// first whether the peer speaks Liveness: if it does, the heartbeat runs inside the connection; if it doesn't, the bytes pass
    /// untouched, and the kernel watches (<see cref="Mode"/> tells which).</summary>
    /// <remarks>It works like <see cref="ILivenessFactory.AttachAsync"/> with the same settings: keepalive is applied, and a lost
    /// connection is cut off. A program that accepts many connections makes one <see cref="LivenessFactory"/>, which lists and drains them
    /// too.</remarks>
    /// <param name="socket">An accepted socket. The returned connection owns and closes it.</param>
    /// <param name="options">The options; null means all defaults, so that plain peers are refused. They are read by this call.</param>
    /// <param name="cancellationToken">Cancels the wait for the peer and the handshake, and closes the socket.</param>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range; the message names property, value, range and
    /// cure.</exception>
    /// <exception cref="ArgumentException">The socket doesn't block, and plain peers are served.</exception>
    /// <exception cref="ConnectionLostException">The connection was lost during the handshake. <see cref="ConnectionLostException.Loss"/>
    /// says why.</exception>
    /// <exception cref="InvalidOperationException">A heartbeat runs inside this socket already. That heartbeat goes on.</exception>
    /// <exception cref="ObjectDisposedException">The socket is disposed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <example>
    /// <code>
    /// HeartbeatOptions options = new() { DetectWithin = TimeSpan.FromSeconds(5), PlainPeers = PlainPeers.Serve };
    /// await using LivenessConnection peer = await LivenessConnection.AcceptAsync(accepted, options, cancellationToken);
    /// Console.WriteLine(peer.Mode == LivenessMode.InBand ? "speaks Liveness" : "is a plain peer");
    /// </code>
    /// </example>
    public static Task<LivenessConnection> AcceptAsync(
        Socket socket, HeartbeatOptions? options = null, CancellationToken cancellationToken = default) =>
        LivenessFactory.AcceptAsync(new AttachTarget(socket), options, cancellationToken);

    /// <summary>Accepts a connection over a duplex stream, such as an authenticated SslStream. TLS that has agreed on
    /// <see cref="LivenessProtocol.Alpn"/> tells the peer's kind before its first byte.</summary>
    /// <inheritdoc cref="AcceptAsync(Socket, HeartbeatOptions, CancellationToken)"/>
    /// <param name="stream">A stream that can be read and written at the same time. The returned connection owns and closes it.</param>
    /// <param name="options">The options; null means all defaults, so that plain peers are refused. They are read by this call.</param>
    /// <param name="cancellationToken">Cancels the wait for the peer and the handshake, and closes the stream.</param>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    /// <exception cref="InvalidOperationException">A heartbeat runs inside this stream already. That heartbeat goes on.</exception>
    /// <exception cref="ObjectDisposedException">The stream is disposed.</exception>
    public static Task<LivenessConnection> AcceptAsync(
        Stream stream, HeartbeatOptions? options = null, CancellationToken cancellationToken = default) =>
        LivenessFactory.AcceptAsync(new AttachTarget(stream), options, cancellationToken);

    /// <summary>Closes the connection in good order, and returns how much of what was written the peer has confirmed. Dispose the
    /// connection afterwards, as always.</summary>
    /// <remarks>
    /// In-band it works like <see cref="HeartbeatStream.CloseAsync(CancellationToken)"/>. In the other modes no peer confirms anything, and
    /// the connection is disposed.
    /// </remarks>
    /// <param name="cancellationToken">Ends only the waiting; the close goes on.</param>
    /// <returns>What the peer has confirmed; null if the mode is not <see cref="LivenessMode.InBand"/>.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public Task<CloseResult?> CloseAsync(CancellationToken cancellationToken = default) =>
        Attached.CloseAsync(word: null, cancellationToken);

    /// <summary>Closes like <see cref="CloseAsync(CancellationToken)"/>, and in-band tells the peer the reason.</summary>
    /// <inheritdoc cref="HeartbeatStream.CloseAsync(CloseReason, string, TimeSpan?, CancellationToken)"/>
    /// <returns>What the peer has confirmed; null if the mode is not <see cref="LivenessMode.InBand"/>.</returns>
    public Task<CloseResult?> CloseAsync(
        CloseReason reason, string? text = null, TimeSpan? reconnectAfter = null, CancellationToken cancellationToken = default) =>
        Attached.CloseAsync(CloseReasons.ToWord(reason, text, reconnectAfter), cancellationToken);

    /// <summary>Cuts the connection off at once. Use it when your work fails halfway, so that the peer doesn't see an orderly end. Dispose
    /// the connection afterwards, as always.</summary>
    /// <remarks>In-band it works like <see cref="HeartbeatStream.AbortAsync"/>, and the peer is told. In the other modes the watching ends
    /// and the connection is reset, unless <see cref="AttachTarget.LeaveOpen"/> was set. At this end an abort is no loss: the monitor is
    /// <see cref="LivenessState.Closed"/>. It changes nothing where the connection has ended already. It waits for no handler. It never
    /// throws, and you can call it more than once, from any thread.</remarks>
    /// <param name="reason">A text that tells a person at the other end why, in-band only. At most 256 bytes of UTF-8 are sent. Null, the
    /// default, means no text.</param>
    public ValueTask AbortAsync(string? reason = null) => Attached.AbortAsync(reason);

    /// <summary>Stops watching, and leaves the stream and the socket as they are, for an owner who goes on with them and closes them: a web
    /// server that still sends the end of an answer.</summary>
    /// <remarks>Read and write what lies beneath from then on. Bytes that <see cref="Stream"/> has taken out of it and that you have not
    /// read are gone. It has the limits of <see cref="DisposeAsync"/>, and a dispose afterwards closes the connection as
    /// ever.</remarks>
    /// <exception cref="InvalidOperationException"><see cref="Mode"/> is <see cref="LivenessMode.InBand"/>: nobody else could go on
    /// with the connection.</exception>
    public ValueTask DetachAsync() => Attached.DetachAsync();

    /// <summary>
    /// Stops watching and closes the connection, in-band in good order. If <see cref="AttachTarget.LeaveOpen"/> was set, the transport
    /// stays open.
    /// </summary>
    /// <remarks>
    /// No handler is started after it returns. It has the same limits as the close of a <see cref="HeartbeatStream"/>. It never throws, and
    /// you can call it more than once, from any thread.
    /// </remarks>
    public ValueTask DisposeAsync() => Attached.DisposeAsync();
}
