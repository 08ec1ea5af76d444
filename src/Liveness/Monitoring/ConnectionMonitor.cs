using System.Diagnostics.CodeAnalysis;
using Liveness.Diagnostics;
using Liveness.Kernel;
using Liveness.ProtocolPing;
using Microsoft.Extensions.Logging;

namespace Liveness;

/// <summary>
/// Tells how one connection is doing and, exactly once, how it ended. It is the same in every mode, and you don't dispose it.
/// </summary>
/// <remarks>
/// <para>You can use all members from any thread, at any time, also after the connection was disposed.</para>
/// <para>When the connection ends, this happens in order: <see cref="Loss"/> is set, pending reads and writes fail,
/// <see cref="Completion"/> completes, the log line is queued, the tokens are cancelled, and the handlers are called. None of these steps
/// waits for your code: a token callback that blocks delays no handler, and a handler that blocks delays no other connection.</para>
/// <para>Handlers run on the thread pool, one at a time and in order for each monitor; monitors don't wait for each other. An exception of
/// a handler is logged, and the next handler is called. That includes an exception that an <c>async</c> handler throws after an await: the
/// handler continues on the thread pool, in a synchronization context of this library. Only a few handlers run at the same time. When those
/// block, the others run some tenths of a second later on background threads of the library, so that the thread pool stays free for
/// you.</para>
/// <para>A dispose of the connection waits for a running handler and for the events of an end that has happened; after that no handler is
/// started. It waits for at most CloseTimeout from the start of the dispose, but at least one second; where the mode has no CloseTimeout,
/// it waits for at most 5 s. A handler that runs longer is abandoned with one line in the log, and the handlers behind it are not called.
/// Finally, the dispose waits for at most one second until the log lines are written.</para>
/// <para>A dispose within a handler doesn't wait, and the events of the end follow when that handler has returned. That holds before the
/// first await of an event handler, and everywhere in a handler that was added by <see cref="OnLost"/>, <see cref="OnEnded"/> or
/// <see cref="OnStateChanged"/>.</para>
/// </remarks>
// In one file although it is long: it is the whole public handle, and most of it is documentation. EventDispatcher calls the handlers.
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "Token sources without a timer hold nothing to release, and tokens outlive the connection.")]
public sealed class ConnectionMonitor
{
    private static readonly object s_closed = new();
    private static readonly CancellationTokenSource s_cancelled = Cancelled();

    private readonly IMonitoredConnection _connection;
    private readonly GuardedLogger _logger;
    private readonly ConnectionMetrics? _metrics;

    /// <summary>Made when first needed, interlocked: see there.</summary>
    private MonitorDetails? _details;

    /// <summary>The default until it has begun. Under the lock.</summary>
    private ConnectionLife _life;

    /// <summary>Written by whoever attaches the connection, before anybody else has it.</summary>
    private long _id;

    /// <summary>The newest state that is not the end. Under the lock.</summary>
    private MonitorState _latest;

    /// <param name="connection">What is watched.</param>
    /// <param name="logger">Told of the loss, and of what handlers throw.</param>
    /// <param name="metrics">Null = it is not measured, and has no name.</param>
    /// <param name="begins">The connection counts as active from here to its end; otherwise from <see cref="Begin"/> on.</param>
    internal ConnectionMonitor(
        IMonitoredConnection connection, ILogger logger, ConnectionMetrics? metrics = null, bool begins = true)
    {
        _connection = connection;
        _logger = connection.WorkQueue.Guard(logger);
        _metrics = metrics;
        _life = begins && metrics is not null ? metrics.Begin() : default;
    }

    /// <summary>Raised once, on the thread pool, when the connection is lost; never for an orderly close.</summary>
    /// <remarks>
    /// A handler that is added after the loss is also called once, unless the connection was disposed before. A handler that is removed
    /// before its call is not called.
    /// </remarks>
    /// <example>
    /// <code>
    /// monitor.ConnectionLost += (_, e) =&gt; Console.WriteLine($"lost: {e.Loss.Diagnosis} ({e.Loss.Certainty})");
    /// </code>
    /// </example>
    public event EventHandler<ConnectionLostEventArgs>? ConnectionLost
    {
        add
        {
            if (value is not null)
            {
                Dispatcher.Add(value);
            }
        }

        remove
        {
            if (value is not null)
            {
                KnownDispatcher?.Remove(value);
            }
        }
    }

    /// <summary>Raised on the thread pool when <see cref="State"/> or <see cref="Conditions"/> has changed, including the change at the
    /// end.</summary>
    /// <remarks>Changes that occur while a handler runs are merged into one event; if they cancel each other out, there is no event. The
    /// change to <see cref="LivenessState.Lost"/> comes before <see cref="ConnectionLost"/>. A handler that is added later doesn't receive
    /// earlier changes.</remarks>
    public event EventHandler<LivenessStateChangedEventArgs>? StateChanged
    {
        add
        {
            if (value is not null)
            {
                Dispatcher.Add(value);
            }
        }

        remove
        {
            if (value is not null)
            {
                KnownDispatcher?.Remove(value);
            }
        }
    }

    /// <summary>Raised once, on the thread pool, when the connection ends: closed by either side, aborted by this end, or lost. It is the
    /// last event of a connection.</summary>
    /// <remarks>
    /// After a loss it comes after <see cref="ConnectionLost"/>. A handler that is added after the end is also called once, unless the
    /// connection was disposed before. A handler that is removed before its call is not called.
    /// </remarks>
    public event EventHandler<ConnectionEndedEventArgs>? ConnectionEnded
    {
        add
        {
            if (value is not null)
            {
                Dispatcher.Add(value);
            }
        }

        remove
        {
            if (value is not null)
            {
                KnownDispatcher?.Remove(value);
            }
        }
    }

    /// <summary>The current state. It may be ahead of the last <see cref="StateChanged"/> event.</summary>
    public LivenessState State => End switch
    {
        null => Latest.State,
        ConnectionLoss => LivenessState.Lost,
        _ => LivenessState.Closed,
    };

    /// <summary>The current conditions; after the end, the last ones before it.</summary>
    public ConnectionConditions Conditions => Latest.Conditions;

    /// <summary>The loss that ended the connection; null while the connection lasts, after an orderly close and after an abort by this
    /// end.</summary>
    public ConnectionLoss? Loss => End as ConnectionLoss;

    /// <summary>How much of what this end had written the peer has confirmed. Only a <see cref="HeartbeatStream"/> knows it.</summary>
    /// <value>Null while the connection lasts, and always null in the modes that don't touch the bytes (<see cref="SocketWatcher"/>, the
    /// side channel, <see cref="ProtocolHeartbeat"/>). It is set when the connection ends. Where the peer closed first, bytes that this end
    /// writes after that are added when this end closes.</value>
    public CloseResult? CloseResult => Volatile.Read(ref _details) is { } details ? Volatile.Read(ref details.CloseResult) : null;

    /// <summary>The peer's message that it closed the connection because it is shutting down.</summary>
    /// <value>
    /// Null while the connection lasts and where the peer did not send such a message. It is always null in the modes that don't touch the
    /// bytes: only a <see cref="HeartbeatStream"/> receives the message.
    /// </value>
    public PeerGoingAway? PeerGoingAway => CloseResult?.PeerGoingAway;

    /// <summary>A token that is cancelled when the connection is lost, and never by an orderly close. Its callbacks run like handlers, and
    /// before them. A callback that blocks delays the other callbacks of this token and, like a handler, a dispose of the connection; it
    /// delays neither handlers nor <see cref="EndedToken"/>.</summary>
    /// <example>
    /// <code>
    /// try
    /// {
    ///     await Task.Delay(Timeout.InfiniteTimeSpan, monitor.LostToken);
    /// }
    /// catch (OperationCanceledException) when (monitor.Loss is { } loss)
    /// {
    ///     Console.WriteLine($"given up after {loss.Silence.TotalSeconds} s of silence");
    /// }
    /// </code>
    /// </example>
    public CancellationToken LostToken => LostSource.Token;

    /// <summary>
    /// A token that is cancelled when the connection ends, lost or closed. It is cancelled after <see cref="LostToken"/>, and its callbacks
    /// run like those.
    /// </summary>
    public CancellationToken EndedToken => EndedSource.Token;

    /// <summary>A task that completes when the connection ends: with the loss, or with null if either side closed it in good order or this
    /// end aborted it (<see cref="CloseResult"/> tells which). If the peer doesn't confirm a close by this end, the task completes with
    /// <see cref="CloseTimedOut"/> or with the loss that ended the close. The task never faults and is never cancelled. Its continuations
    /// run on the thread pool.</summary>
    /// <example>
    /// <code>
    /// ConnectionLoss? loss = await monitor.Completion;
    /// Console.WriteLine(loss is null ? "closed in good order" : $"lost: {loss}");
    /// </code>
    /// </example>
    public Task<ConnectionLoss?> Completion => CompletionSource.Task;

    /// <summary>Your own id for this connection, such as the serial number of a device. Every log line about this connection has it as the
    /// field <c>OwnId</c>, and the status page, the health check and the traces of losses show it. It is never a tag of a metric.</summary>
    /// <remarks>
    /// You can set it any number of times, at any time, from any thread; a log line has the id at the time of its writing. The id may come
    /// from a peer, so a value that could look like another log line is refused.
    /// </remarks>
    /// <value>1 to 128 characters (UTF-16) without control characters, line breaks and lone surrogates, and without white space at either
    /// end. Null, the default, means none.</value>
    /// <exception cref="ArgumentException">The value is not allowed; the message says what is wrong and what to do. The connection goes on,
    /// and keeps its previous id.</exception>
    public string? OwnId
    {
        get => Volatile.Read(ref _details) is { } details ? ObservedOwnId.IdOf(Volatile.Read(ref details.OwnId)) : null;
        set
        {
            string? id = OwnIdRule.Checked(value, nameof(value));
            if (ReplaceOwnId(_ => id) is ObservedOwnId observed)
            {
                observed.Set(id);
            }
        }
    }

    /// <summary>Whether this mode supports <see cref="ProbeAsync"/>.</summary>
    public bool CanProbe => _connection.CanProbe;

    /// <summary>Of its <see cref="LivenessConnection"/>; 0 = it has none, or not yet.</summary>
    internal long Id => _id;

    /// <summary>What logs call it.</summary>
    internal ConnectionLabel Label => new(_details?.Description ?? _connection.Remote, _id == 0 ? null : _id, _metrics?.Name, OwnId);

    /// <summary>Of its logger and clock.</summary>
    internal ConnectionLog Log => ConnectionLog.Of(_connection.Clock, _logger);

    internal GuardedLogger Logger => _logger;

    /// <summary>For what is measured before the end; null = nothing.</summary>
    internal ConnectionMetrics? Metrics => _metrics;

    /// <summary>
    /// True in the synchronous part of one of this monitor's handlers or token callbacks, and all through a handler that returns a task.
    /// </summary>
    internal bool IsInsideHandler => KnownDispatcher is { IsInside: true } || HandlerStay.IsInside(this);

    /// <summary>Adds a handler for <see cref="ConnectionLost"/> that returns a task.</summary>
    /// <remarks>
    /// The next handler of this connection, for whatever event, is called when the task has completed, or after 30 s; in that case one log
    /// line says so, and the task is abandoned. An exception of the task is logged. A dispose within the handler doesn't wait for the
    /// handler, not even after an await.
    /// </remarks>
    /// <param name="handler">The handler. It is called once, on the thread pool.</param>
    /// <returns>An object that removes the handler when it is disposed. It has no effect after the handler was called.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="handler"/> is null.</exception>
    /// <example>
    /// <code>
    /// monitor.OnLost(async e =&gt; await report.WriteLineAsync($"reported: {e.Loss}"));
    /// </code>
    /// </example>
    public IDisposable OnLost(Func<ConnectionLostEventArgs, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        EventHandler<ConnectionLostEventArgs> added = new AsyncHandler<ConnectionLostEventArgs>(handler).Invoke;
        ConnectionLost += added;
        return new HandlerRemoval(() => ConnectionLost -= added);
    }

    /// <summary>Adds a handler for <see cref="ConnectionEnded"/> that returns a task.</summary>
    /// <inheritdoc cref="OnLost"/>
    public IDisposable OnEnded(Func<ConnectionEndedEventArgs, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        EventHandler<ConnectionEndedEventArgs> added = new AsyncHandler<ConnectionEndedEventArgs>(handler).Invoke;
        ConnectionEnded += added;
        return new HandlerRemoval(() => ConnectionEnded -= added);
    }

    /// <summary>Adds a handler for <see cref="StateChanged"/> that returns a task. Changes that occur while it runs are merged into one
    /// event.
    /// </summary>
    /// <inheritdoc cref="OnLost" path="/remarks"/>
    /// <param name="handler">The handler. It is called for each change, on the thread pool.</param>
    /// <returns>An object that removes the handler when it is disposed.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="handler"/> is null.</exception>
    public IDisposable OnStateChanged(Func<LivenessStateChangedEventArgs, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        EventHandler<LivenessStateChangedEventArgs> added = new AsyncHandler<LivenessStateChangedEventArgs>(handler).Invoke;
        StateChanged += added;
        return new HandlerRemoval(() => StateChanged -= added);
    }

    /// <summary>Returns everything that is known of the connection now. It allocates: use it for status pages and logs, not for every
    /// read.</summary>
    /// <example>
    /// <code>
    /// ConnectionSnapshot now = monitor.GetSnapshot();
    /// Console.WriteLine($"{now.State}, silent for {now.Silence} of {now.Bound}, {now.UnreadBytes} bytes unread");
    /// </code>
    /// </example>
    public ConnectionSnapshot GetSnapshot() => _connection.GetSnapshot();

    /// <summary>
    /// Asks the peer for an immediate answer, and measures the round trip. It starts the handshake if nothing has started it yet.
    /// Overlapping calls share one probe.
    /// </summary>
    /// <remarks>It has no time limit of its own: it ends with the answer, with the connection, or by the token.</remarks>
    /// <param name="cancellationToken">Ends only the waiting; the probe goes on.</param>
    /// <returns>
    /// The round trip of the probe without the time that the peer took to answer. A <see cref="ProtocolHeartbeat"/> can't tell that time,
    /// and includes it.
    /// </returns>
    /// <exception cref="NotSupportedException"><see cref="CanProbe"/> is false.</exception>
    /// <exception cref="ConnectionLostException">The connection is lost, or was lost while waiting.</exception>
    /// <exception cref="InvalidOperationException">The connection is closed, or was closed while waiting.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <example>
    /// <code>
    /// TimeSpan roundTrip = await monitor.ProbeAsync();
    /// Console.WriteLine($"the peer answered after {roundTrip.TotalMilliseconds} ms");
    /// </code>
    /// </example>
    public ValueTask<TimeSpan> ProbeAsync(CancellationToken cancellationToken = default)
    {
        if (!_connection.CanProbe)
        {
            return ValueTask.FromException<TimeSpan>(
                new NotSupportedException("This kind of connection has no way to probe its peer: see CanProbe."));
        }

        return End switch
        {
            null => _connection.ProbeAsync(cancellationToken),
            ConnectionLoss loss => ValueTask.FromException<TimeSpan>(new ConnectionLostException(loss)),
            _ => ValueTask.FromException<TimeSpan>(new InvalidOperationException("The connection is closed.")),
        };
    }

    /// <summary>It counts as active from now on. Once, and under no lock: listeners are foreign code.</summary>
    internal void Begin()
    {
        if (_metrics is null)
        {
            return;
        }

        ConnectionLife life = _metrics.Begin();
        lock (Gate)
        {
            if (End is null)
            {
                _life = life;
                return;
            }
        }

        _metrics.TakeBack(life);
    }

    /// <summary>Says what logs are to call it.</summary>
    /// <param name="id">Of the <see cref="LivenessConnection"/>; 0 = it has none yet.</param>
    /// <param name="description">Null = as before.</param>
    internal void Identify(long id, string? description)
    {
        _id = id;
        if (description is not null)
        {
            Details.Description = description;
        }
    }

    /// <summary>Null = nobody observes the id.</summary>
    internal ObservedOwnId? OwnIdObserver =>
        Volatile.Read(ref _details) is { } details ? Volatile.Read(ref details.OwnId) as ObservedOwnId : null;

    /// <summary>From now on somebody is told of every change of the id. Once.</summary>
    internal void Observe(ObservedOwnId observed) => ReplaceOwnId(id =>
    {
        observed.Inherit(id);
        return observed;
    });

    /// <summary>Before the end is published, and again where more is known after it.</summary>
    internal void NoteClose(CloseResult result)
    {
        if (!result.SaysTheSameAs(CloseResult))
        {
            Volatile.Write(ref Details.CloseResult, result);
        }
    }

    /// <summary>Ends the connection with a loss, unless it has ended already.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="failPendingIo">Called inline, between <see cref="Loss"/> and <see cref="Completion"/>, by the winner only; must not run
    /// user code.</param>
    /// <returns>True for the one call that ended it.</returns>
    internal bool TryLose(ConnectionLoss loss, Action? failPendingIo) => TryEnd(loss, failPendingIo);

    /// <summary>Ends the connection in an orderly way, unless it has ended already. As <see cref="TryLose"/>.</summary>
    internal bool TryClose(Action? failPendingIo) => TryEnd(s_closed, failPendingIo);

    /// <summary>A new state other than the end. Ignored after the end, and where nothing changes.</summary>
    internal void Update(LivenessState state, ConnectionConditions conditions)
    {
        MonitorState next = new(state, conditions);
        if (next.IsTerminal)
        {
            throw new ArgumentOutOfRangeException(nameof(state), state, "A connection ends by TryLose or TryClose.");
        }

        lock (Gate)
        {
            if (End is null && _latest != next)
            {
                _latest = next;
                KnownDispatcher?.Publish(next);
            }
        }
    }

    /// <summary>For DisposeAsync, after TryLose or TryClose. Correct where nothing was awaited since the caller was entered; otherwise read
    /// <see cref="IsInsideHandler"/> on entry and pass it to the overload.</summary>
    internal ValueTask DrainAsync() => DrainAsync(IsInsideHandler);

    /// <inheritdoc cref="DrainAsync()"/>
    /// <param name="isInsideHandler">The caller runs in a handler, which is not waited for then.</param>
    /// <param name="bound">How long handlers are waited for; null = <see cref="MonitorDefaults.HandlerPatience"/>.</param>
    /// <param name="timeProvider">Whose time that is; null = the system's.</param>
    internal ValueTask DrainAsync(bool isInsideHandler, TimeSpan? bound = null, TimeProvider? timeProvider = null)
    {
        TimeProvider clock = timeProvider ?? TimeProvider.System;
        ValueTask drained = DrainHandlersAsync(isInsideHandler, bound ?? MonitorDefaults.HandlerPatience, clock);
        return isInsideHandler || !_connection.WorkQueue.IsThreadPool ? drained : WithLinesAsync(drained, clock);
    }

    /// <summary>As <see cref="DrainAsync(bool, TimeSpan?, TimeProvider?)"/>, without the lines of the log. Whoever blocks on it needs no
    /// thread of the pool: it is complete as soon as the last handler has returned.</summary>
    internal ValueTask DrainHandlersAsync(bool isInsideHandler, TimeSpan bound, TimeProvider timeProvider) =>
        Dispatcher.DrainAsync(End is not null, isInsideHandler, bound, timeProvider);

    /// <summary>The lines until now are written.</summary>
    internal Task FlushLinesAsync() => _logger.FlushAsync();

    /// <summary>Somebody has asked to be told of something, and may not have been told of all of it.</summary>
    internal bool HasListeners => Volatile.Read(ref _details) is { } details
        && (Volatile.Read(ref details.Dispatcher) is { HasHandlers: true }
            || IsAskedFor(ref details.LostSource) || IsAskedFor(ref details.EndedSource));

    /// <summary>Whoever disposes its connections and then its loggers, or ends, finds the lines written.</summary>
    private async ValueTask WithLinesAsync(ValueTask drained, TimeProvider timeProvider)
    {
        await drained.ConfigureAwait(false);
        Task written = FlushLinesAsync();
        if (!written.IsCompleted)
        {
            await ForeignCode.WaitAsync(written, MonitorDefaults.LinePatience, timeProvider).ConfigureAwait(false);
        }
    }

    /// <summary>A lock of its own would cost each connection as much again as its state.</summary>
    private object Gate => _connection.MonitorLock;

    /// <inheritdoc cref="MonitorDetails.End"/>
    private object? End => Volatile.Read(ref _details) is { } details ? Volatile.Read(ref details.End) : null;

    private MonitorDetails Details => LazyInitializer.EnsureInitialized(ref _details, static () => new MonitorDetails());

    /// <summary>Null = nobody has asked for events.</summary>
    private EventDispatcher? KnownDispatcher =>
        Volatile.Read(ref _details) is { } details ? Volatile.Read(ref details.Dispatcher) : null;

    private MonitorState Latest
    {
        get
        {
            lock (Gate)
            {
                return _latest;
            }
        }
    }

    private EventDispatcher Dispatcher
    {
        get
        {
            MonitorDetails details = Details;
            lock (Gate)
            {
                return details.Dispatcher ??= new EventDispatcher(
                    this, _connection.WorkQueue, _logger, Gate, _latest, _connection.Clock);
            }
        }
    }

    private CancellationTokenSource LostSource =>
        LazyInitializer.EnsureInitialized(ref Details.LostSource, static () => new CancellationTokenSource());

    private CancellationTokenSource EndedSource =>
        LazyInitializer.EnsureInitialized(ref Details.EndedSource, static () => new CancellationTokenSource());

    private TaskCompletionSource<ConnectionLoss?> CompletionSource => LazyInitializer.EnsureInitialized(
        ref Details.Completion, static () => new TaskCompletionSource<ConnectionLoss?>(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>Puts something else where the id stands, unless an observer stands there.</summary>
    /// <param name="replacement">Called with the id, again where another thread was faster.</param>
    /// <returns>What stands there now.</returns>
    private object? ReplaceOwnId(Func<string?, object?> replacement)
    {
        MonitorDetails details = Details;
        while (true)
        {
            object? known = Volatile.Read(ref details.OwnId);
            object? next = known is ObservedOwnId ? known : replacement((string?)known);
            if (ReferenceEquals(Interlocked.CompareExchange(ref details.OwnId, next, known), known))
            {
                return next;
            }
        }
    }

    private bool TryEnd(object end, Action? failPendingIo)
    {
        // While there is a socket to ask.
        ConnectionLabel label = Label;
        ConnectionLife life;
        MonitorDetails details = Details;
        lock (Gate)
        {
            if (details.End is not null)
            {
                return false;
            }

            Volatile.Write(ref details.End, end);
            life = _life;
        }

        ConnectionLoss? loss = end as ConnectionLoss;
        try
        {
            failPendingIo?.Invoke();
        }
        finally
        {
            CompletionSource.TrySetResult(loss);
            CancellationTokenSource? lost = loss is null ? null : CancelUnasked(ref Details.LostSource);
            ConnectionEndedEventArgs ended = new(loss, CloseResult, PeerGoingAway);
            new EndWork(Dispatcher, Log, ended, _metrics, life, label)
                .Begin(_connection.WorkQueue, lost, CancelUnasked(ref Details.EndedSource));
        }

        return true;
    }

    /// <summary>A token that nobody has asked for yet can have no callbacks.</summary>
    /// <returns>Null = it is cancelled.</returns>
    private static CancellationTokenSource? CancelUnasked(ref CancellationTokenSource? source) =>
        Interlocked.CompareExchange(ref source, s_cancelled, null);

    /// <summary>The one that an end leaves where nobody has asked is not.</summary>
    private static bool IsAskedFor(ref CancellationTokenSource? source) =>
        Volatile.Read(ref source) is { } asked && !ReferenceEquals(asked, s_cancelled);

    private static CancellationTokenSource Cancelled()
    {
        CancellationTokenSource source = new();
        source.Cancel();
        return source;
    }
}
