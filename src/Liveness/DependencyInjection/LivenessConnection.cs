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

    /// <summary>How the connection is watched. The mode doesn't change after the attach.</summary>
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
    /// always, in the other modes if the connection was cut off. An error that your own read meets before the loss is reported is thrown as
    /// the original <see cref="IOException"/>.</summary>
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
