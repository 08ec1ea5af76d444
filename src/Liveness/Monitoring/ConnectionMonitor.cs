using System.Diagnostics.CodeAnalysis;
using Liveness.Diagnostics;
using Liveness.Kernel;
using Liveness.ProtocolPing;
using Microsoft.Extensions.Logging;

namespace Liveness;

/// <summary>
/// Tells how one connection is doing and, exactly once, how it ended. The same passive handle in every mode; there is nothing to dispose.
/// </summary>
/// <remarks>All members may be used from any thread, at any time, also after the connection was disposed.
/// At an end, in this order: <see cref="Loss"/> is set, pending reads and writes fail, <see cref="Completion"/> completes, the log line is
/// handed over, the tokens are cancelled, handlers are called.
/// None of these waits for code of yours: a callback of a token that blocks keeps no handler from being called, and a handler that blocks
/// no other connection's.
/// Handlers run on the thread pool, one at a time and in order for one monitor; monitors do not wait for each other. What a handler throws
/// is logged, and the next one is called; so is what an <c>async</c> handler throws after an await, which is made to go on on the thread
/// pool in a context of this library's.
/// Only a few run there at once; where those block, the others run, some tenths of a second later, on background threads of the library, so
/// that the pool is left to you.
/// Disposing the connection waits for a running handler and for the events of an end that has happened, then no handler is started any
/// more. It does so for as long as CloseTimeout where there is one, counted from the begin of the dispose, but for a second at least; else
/// for 5 s. A handler that runs for longer is left to itself, with one line in the log, and those behind it are not called.
/// Then it waits for the lines of the log that are not written yet, for a second at most.
/// Called from within a handler (before the first await in it; anywhere in one that was added by <see cref="OnLost"/>,
/// <see cref="OnEnded"/> or <see cref="OnStateChanged"/>) a dispose does not wait, and the events of the end follow when that handler has
/// returned.</remarks>
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
    private readonly WorkQueue _queue;
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

    /// <summary>
    /// Null while the connection lasts, then its <see cref="ConnectionLoss"/> or <see cref="s_closed"/>: set once, under the lock.
    /// </summary>
    private object? _end;

    /// <param name="connection">What is watched.</param>
    /// <param name="queue">Where handlers are called.</param>
    /// <param name="logger">Told of the loss, and of what handlers throw.</param>
    /// <param name="metrics">Null = it is not measured, and has no name.</param>
    /// <param name="begins">The connection counts as active from here to its end; otherwise from <see cref="Begin"/> on.</param>
    internal ConnectionMonitor(
        IMonitoredConnection connection, WorkQueue queue, ILogger logger, ConnectionMetrics? metrics = null, bool begins = true)
    {
        _connection = connection;
        _queue = queue;
        _logger = queue.Guard(logger);
        _metrics = metrics;
        _life = begins && metrics is not null ? metrics.Begin() : default;
    }

    /// <summary>Raised once, on the thread pool, when the connection is lost; never for an orderly close.</summary>
    /// <remarks>
    /// A handler added after the loss is called once, too, unless the connection was disposed before. A handler removed in time is not
    /// called.
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

    /// <summary>Raised on the thread pool when <see cref="State"/> or <see cref="Conditions"/> changed, the end included.</summary>
    /// <remarks>Changes that come while a handler is running are merged into one event; where they cancel each other out, there is none.
    /// The change to <see cref="LivenessState.Lost"/> comes before <see cref="ConnectionLost"/>. A handler added later is not told of
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

    /// <summary>Raised once, on the thread pool, when the connection ends, in whatever way: closed by either side, aborted by this end, or
    /// lost. The last event of a connection.</summary>
    /// <remarks>
    /// After a loss it comes behind <see cref="ConnectionLost"/>. A handler added after the end is called once, too, unless the connection
    /// was disposed before. A handler removed in time is not called.
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

    /// <summary>The state now; it may be ahead of what <see cref="StateChanged"/> has delivered.</summary>
    public LivenessState State => Volatile.Read(ref _end) switch
    {
        null => Latest.State,
        ConnectionLoss => LivenessState.Lost,
        _ => LivenessState.Closed,
    };

    /// <summary>The conditions now; after the end those that held last.</summary>
    public ConnectionConditions Conditions => Latest.Conditions;

    /// <summary>Why the connection was lost; null while it lasts and after an orderly close.</summary>
    public ConnectionLoss? Loss => Volatile.Read(ref _end) as ConnectionLoss;

    /// <summary>How the end went for what this end had written. Only a <see cref="HeartbeatStream"/> can know.</summary>
    /// <value>Null while the connection lasts, and always where the bytes are left alone (<see cref="SocketWatcher"/>, the side channel,
    /// <see cref="ProtocolHeartbeat"/>). From the end on, it tells how much the peer has confirmed; where the peer closed first, what this
    /// end still writes after that is added when this end closes, too.</value>
    public CloseResult? CloseResult => Volatile.Read(ref _details) is { } details ? Volatile.Read(ref details.CloseResult) : null;

    /// <summary>Set with the end where the peer closed the connection because it is shutting down.</summary>
    /// <value>
    /// Null while the connection lasts, where the peer did not say so, and always where the bytes are left alone: only a
    /// <see cref="HeartbeatStream"/> hears it.
    /// </value>
    public PeerGoingAway? PeerGoingAway => CloseResult?.PeerGoingAway;

    /// <summary>Cancelled when the connection is lost; never for an orderly close. Callbacks registered on it are called as handlers are,
    /// before those; one that blocks holds back the other callbacks of this token, and a dispose of the connection as a handler does;
    /// neither handlers nor <see cref="EndedToken"/>.</summary>
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
    /// Cancelled when the connection ends, lost or closed; after <see cref="LostToken"/>, and callbacks are called as those of it.
    /// </summary>
    public CancellationToken EndedToken => EndedSource.Token;

    /// <summary>Completes when the connection ends: with its loss, or with null where it was closed: by either side in good order, or
    /// aborted by this end (<see cref="CloseResult"/> says which).
    /// Our own close that the peer does not confirm is no good order: it completes with <see cref="CloseTimedOut"/>, or with whatever else
    /// ended it.
    /// Never faults and is never cancelled. Continuations run on the thread pool.</summary>
    /// <example>
    /// <code>
    /// ConnectionLoss? loss = await monitor.Completion;
    /// Console.WriteLine(loss is null ? "closed in good order" : $"lost: {loss}");
    /// </code>
    /// </example>
    public Task<ConnectionLoss?> Completion => CompletionSource.Task;

    /// <summary>What you call this connection, such as the serial number that a device has introduced itself by: every line of the log
    /// about this connection has it, as the field <c>OwnId</c>, and status page, health check and the traces of losses show it. No tag of a
    /// metric ever does.</summary>
    /// <remarks>
    /// May be set any number of times, at any time, from any thread; a line shows what holds when it is written. After the end it is only
    /// shown. It may come from a peer: what could pass for another line is refused.
    /// </remarks>
    /// <value>1 to 128 characters (UTF-16) without control characters, line breaks and lone surrogates, and without white space at either
    /// end. Null, the default, = none.</value>
    /// <exception cref="ArgumentException">The value set is none of these: the message says where, and what to do. The connection goes on,
    /// and keeps the id that it had.</exception>
    public string? OwnId
    {
        get => Volatile.Read(ref _details) is { } details ? Volatile.Read(ref details.OwnId) : null;
        set => Volatile.Write(ref Details.OwnId, OwnIdRule.Checked(value, nameof(value)));
    }

    /// <summary>True where <see cref="ProbeAsync"/> can work in this mode.</summary>
    public bool CanProbe => _connection.CanProbe;

    /// <summary>Of its <see cref="LivenessConnection"/>; 0 = it has none, or not yet.</summary>
    internal long Id => _id;

    /// <summary>What logs call it.</summary>
    internal ConnectionLabel Label => new(_details?.Description ?? _connection.Remote, _id == 0 ? null : _id, _metrics?.Name, OwnId);

    /// <summary>Of its logger and clock.</summary>
    internal ConnectionLog Log => ConnectionLog.Of(_connection.Clock, _logger);

    /// <summary>For what is measured before the end; null = nothing.</summary>
    internal ConnectionMetrics? Metrics => _metrics;

    /// <summary>
    /// True in the synchronous part of one of this monitor's handlers or token callbacks, and all through a handler that returns a task.
    /// </summary>
    internal bool IsInsideHandler => KnownDispatcher is { IsInside: true } || HandlerStay.IsInside(this);

    /// <summary>As <see cref="ConnectionLost"/>, for a handler that returns a task.</summary>
    /// <remarks>
    /// The next handler of this connection, of whatever event, is called when the task is done, or after 30 s: then a line in the log says
    /// so, and the task is left to itself. What it fails with is logged. A dispose from within the handler does not wait for it, after an
    /// await in it neither.
    /// </remarks>
    /// <param name="handler">Called once, on the thread pool.</param>
    /// <returns>Takes the handler away when it is disposed, unless it was called.</returns>
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

    /// <summary>As <see cref="ConnectionEnded"/>, for a handler that returns a task.</summary>
    /// <inheritdoc cref="OnLost"/>
    public IDisposable OnEnded(Func<ConnectionEndedEventArgs, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        EventHandler<ConnectionEndedEventArgs> added = new AsyncHandler<ConnectionEndedEventArgs>(handler).Invoke;
        ConnectionEnded += added;
        return new HandlerRemoval(() => ConnectionEnded -= added);
    }

    /// <summary>As <see cref="StateChanged"/>, for a handler that returns a task: changes that come while it runs are merged into one.
    /// </summary>
    /// <inheritdoc cref="OnLost" path="/remarks"/>
    /// <param name="handler">Called for each change, on the thread pool.</param>
    /// <returns>Takes the handler away when it is disposed.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="handler"/> is null.</exception>
    public IDisposable OnStateChanged(Func<LivenessStateChangedEventArgs, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        EventHandler<LivenessStateChangedEventArgs> added = new AsyncHandler<LivenessStateChangedEventArgs>(handler).Invoke;
        StateChanged += added;
        return new HandlerRemoval(() => StateChanged -= added);
    }

    /// <summary>What is known of the connection now. Allocates; meant for status pages and logs, not for every read.</summary>
    /// <example>
    /// <code>
    /// ConnectionSnapshot now = monitor.GetSnapshot();
    /// Console.WriteLine($"{now.State}, silent for {now.Silence} of {now.Bound}, {now.UnreadBytes} bytes unread");
    /// </code>
    /// </example>
    public ConnectionSnapshot GetSnapshot() => _connection.GetSnapshot();

    /// <summary>
    /// Asks the peer for an answer at once, and starts the handshake where nothing has. Calls that overlap share one probe.
    /// </summary>
    /// <remarks>Has no time limit of its own: it ends with the answer, with the connection, or by the token.</remarks>
    /// <param name="cancellationToken">Ends the waiting, not the probe.</param>
    /// <returns>
    /// The round trip of that probe, less the time that it lay at the peer; that time is included where the peer does not tell it
    /// (<see cref="ProtocolHeartbeat"/>).
    /// </returns>
    /// <exception cref="NotSupportedException"><see cref="CanProbe"/> is false.</exception>
    /// <exception cref="ConnectionLostException">The connection is lost, or was while waiting.</exception>
    /// <exception cref="InvalidOperationException">The connection is closed, or was while waiting.</exception>
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

        return Volatile.Read(ref _end) switch
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
            if (_end is null)
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
            if (_end is null && _latest != next)
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
        return isInsideHandler || !_queue.IsThreadPool ? drained : WithLinesAsync(drained, clock);
    }

    /// <summary>As <see cref="DrainAsync(bool, TimeSpan?, TimeProvider?)"/>, without the lines of the log. Whoever blocks on it needs no
    /// thread of the pool: it is complete as soon as the last handler has returned.</summary>
    internal ValueTask DrainHandlersAsync(bool isInsideHandler, TimeSpan bound, TimeProvider timeProvider) =>
        Dispatcher.DrainAsync(Volatile.Read(ref _end) is not null, isInsideHandler, bound, timeProvider);

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
                return details.Dispatcher ??= new EventDispatcher(this, _queue, _logger, Gate, _latest, _connection.Clock);
            }
        }
    }

    private CancellationTokenSource LostSource =>
        LazyInitializer.EnsureInitialized(ref Details.LostSource, static () => new CancellationTokenSource());

    private CancellationTokenSource EndedSource =>
        LazyInitializer.EnsureInitialized(ref Details.EndedSource, static () => new CancellationTokenSource());

    private TaskCompletionSource<ConnectionLoss?> CompletionSource => LazyInitializer.EnsureInitialized(
        ref Details.Completion, static () => new TaskCompletionSource<ConnectionLoss?>(TaskCreationOptions.RunContinuationsAsynchronously));

    private bool TryEnd(object end, Action? failPendingIo)
    {
        // While there is a socket to ask.
        ConnectionLabel label = Label;
        ConnectionLife life;
        lock (Gate)
        {
            if (_end is not null)
            {
                return false;
            }

            Volatile.Write(ref _end, end);
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
            new EndWork(Dispatcher, Log, ended, _metrics, life, label).Begin(_queue, lost, CancelUnasked(ref Details.EndedSource));
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
