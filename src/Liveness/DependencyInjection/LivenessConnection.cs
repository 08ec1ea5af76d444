namespace Liveness;

/// <summary>
/// A connection that an <see cref="ILivenessFactory"/> has attached: read and write <see cref="Stream"/>, and learn by
/// <see cref="Monitor"/> how it ends. The same in every mode.
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

    /// <summary>A number of its own in this process.</summary>
    public long Id => Monitor.Id;

    /// <summary>Whose settings it goes by, as given to AddLiveness; empty = the nameless ones.</summary>
    public string Name { get; }

    /// <summary>How it is watched. It stays what it was when the connection was attached.</summary>
    public LivenessMode Mode { get; }

    /// <summary>As given by <see cref="AttachTarget.Description"/>, else the remote address and port, else empty.</summary>
    public string Description { get; }

    /// <inheritdoc cref="ConnectionMonitor.OwnId"/>
    public string? OwnId
    {
        get => Monitor.OwnId;
        set => Monitor.OwnId = value;
    }

    /// <summary>When it was attached, by the wall clock: for display only.</summary>
    public DateTimeOffset AttachedAt { get; }

    /// <summary>How long ago it was attached, by a clock that nobody sets.</summary>
    public TimeSpan Age => Instant.Now(TimeProvider) - _attachedAt;

    internal TimeProvider TimeProvider { get; }

    internal AttachedConnection Attached { get; }

    /// <summary>What to read and write. After a loss, operations fail with <see cref="ConnectionLostException"/>, in-band always, otherwise
    /// where the connection was cut off; an error that your own read meets before the loss is told is thrown as the
    /// <see cref="IOException"/> that it is.</summary>
    /// <remarks>
    /// Dispose this connection rather than the stream: in-band, a stream beneath which a loss is to leave the socket open
    /// (<see cref="LossAction.ReportOnly"/>) leaves it open when it is disposed, too.
    /// </remarks>
    public Stream Stream => Attached.Stream;

    /// <summary>The passive handle to the connection's state, its one terminal event and its measurements.</summary>
    public ConnectionMonitor Monitor => Attached.Monitor;

    /// <summary>Within this time of the last sign of life a loss is told, now: a change of the configuration, or a peer that beats more
    /// slowly, changes it.
    /// <see cref="Timeout.InfiniteTimeSpan"/> = silence is not limited.</summary>
    public TimeSpan Bound => Monitor.GetSnapshot().Bound ?? Timeout.InfiniteTimeSpan;

    /// <summary>Closes the connection in good order, and tells what became of what was written. Dispose it afterwards, as always.</summary>
    /// <remarks>
    /// In-band as <see cref="HeartbeatStream.CloseAsync(CancellationToken)"/>. In the other modes nobody confirms anything: it is disposed.
    /// </remarks>
    /// <param name="cancellationToken">Ends the waiting, not the close.</param>
    /// <returns>What the peer has confirmed; null where the mode is not <see cref="LivenessMode.InBand"/>.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public Task<CloseResult?> CloseAsync(CancellationToken cancellationToken = default) =>
        Attached.CloseAsync(word: null, cancellationToken);

    /// <summary>As <see cref="CloseAsync(CancellationToken)"/>, with a word to the peer why, which is told in-band only.</summary>
    /// <inheritdoc cref="HeartbeatStream.CloseAsync(CloseReason, string, TimeSpan?, CancellationToken)"/>
    /// <returns>What the peer has confirmed; null where the mode is not <see cref="LivenessMode.InBand"/>.</returns>
    public Task<CloseResult?> CloseAsync(
        CloseReason reason, string? text = null, TimeSpan? reconnectAfter = null, CancellationToken cancellationToken = default) =>
        Attached.CloseAsync(CloseReasons.ToWord(reason, text, reconnectAfter), cancellationToken);

    /// <summary>Cuts the connection off at once: for whoever leaves in the middle of things, as by an exception, after which the peer must
    /// not hear that all is well.
    /// Dispose it afterwards, as always.</summary>
    /// <remarks>In-band as <see cref="HeartbeatStream.AbortAsync"/>: the peer is told. In the other modes the watching ends and the
    /// connection is reset, unless <see cref="AttachTarget.LeaveOpen"/> was set. At this end it is no loss: the monitor is
    /// <see cref="LivenessState.Closed"/>.
    /// Where the connection has ended already, that end stays. It waits for no handler. Never throws; may be called more than once, from
    /// any thread.</remarks>
    /// <param name="reason">Tells a person at the other end why, in-band; at most 256 bytes of UTF-8 are sent. Null = no reason.</param>
    public ValueTask AbortAsync(string? reason = null) => Attached.AbortAsync(reason);

    /// <summary>
    /// Stops watching and closes the connection, in-band in good order, unless <see cref="AttachTarget.LeaveOpen"/> was set.
    /// </summary>
    /// <remarks>
    /// No handler is started after it returns. Bounded as the closing of a <see cref="HeartbeatStream"/>. Never throws; may be called more
    /// than once, from any thread.
    /// </remarks>
    public ValueTask DisposeAsync() => Attached.DisposeAsync();
}
