using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Liveness;

/// <summary>
/// A logger as this library uses one: it returns at once, and never throws. Made once where a logger enters, by
/// <see cref="WorkQueue.Guard(ILogger?)"/>.
/// </summary>
/// <remarks>Lines are written one at a time and in order, in a lane of their own. There the logger is made, filters are asked and values
/// are formatted.
/// What a logger throws costs its line; while it blocks, lines wait for it, up to a number, and nothing else does.</remarks>
internal class GuardedLogger : ILogger, IThreadPoolWorkItem
{
    public const int MostWaiting = 1_000;

    /// <summary>Whose lines are written on this thread: nobody there can wait for them.</summary>
    [ThreadStatic]
    private static GuardedLogger? s_writing;

    private readonly WorkQueue _queue;
    private readonly Func<ILogger> _create;
    private readonly Lock _gate = new();

    /// <summary>Under the lock.</summary>
    private readonly Queue<LogLine> _waiting = new();
    private readonly ConcurrentDictionary<string, HandlerContext> _contexts = new(concurrencyLevel: 1, capacity: 3, StringComparer.Ordinal);

    /// <summary>Only in the lane, which writes one line at a time.</summary>
    private ILogger? _inner;

    /// <summary>Under the lock.</summary>
    private bool _isPosted;

    /// <summary>Only in the lane.</summary>
    private bool _hasFailed;

    /// <summary>Under the lock.</summary>
    private int _dropped;

    /// <summary>Made when somebody first asks for it, interlocked.</summary>
    private DetailLogger? _details;

    /// <param name="queue">Whose lane for lines it writes in.</param>
    /// <param name="create">Called in that lane, until it has succeeded once; null = there is no logger.</param>
    public GuardedLogger(WorkQueue queue, Func<ILogger>? create)
    {
        _queue = queue;
        IsNone = create is null;
        _create = create ?? (static () => NullLogger.Instance);
    }

    /// <summary>Nobody would read the lines: whoever needs more than a call for one may leave it.</summary>
    public bool IsNone { get; }

    /// <summary>For lines at Debug of which many may come at once.</summary>
    public GuardedLogger Details =>
        IsNone ? this : LazyInitializer.EnsureInitialized(ref _details, () => new DetailLogger(_queue, this));

    /// <summary>In which a handler runs whose failures this logger is told of. One for each name, of which there are few.</summary>
    public HandlerContext ContextOf(string handler) =>
        _contexts.TryGetValue(handler, out HandlerContext? known) ? known : _contexts.GetOrAdd(handler, new HandlerContext(this, handler));

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <summary>True for every level: the filters are asked when the line is written.</summary>
    public virtual bool IsEnabled(LogLevel logLevel) => !IsNone && logLevel != LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            Volatile.Read(ref _details)?.AskAnew();
            Add(new LogMessage<TState>(logLevel, eventId, state, exception, formatter));
        }
    }

    /// <summary>Whether a level is enabled: not asked of the filters here, but in the lane, behind the lines that wait.</summary>
    /// <param name="level">Asked for.</param>
    /// <param name="answer">Called in the lane.</param>
    public void Ask(LogLevel level, Action<bool> answer)
    {
        if (!IsNone)
        {
            Add(new LogQuestion(level, answer));
        }
    }

    /// <summary>For whoever is about to go: a logger may be disposed, and a process end, right after.</summary>
    /// <returns>
    /// Completes when the lines until now are written; at once where there are none, on the thread that writes them, and where a queue of a
    /// test's writes them when that says so.
    /// </returns>
    public Task FlushAsync()
    {
        LogMark mark = new();
        lock (_gate)
        {
            if (!_isPosted || s_writing == this || !_queue.IsThreadPool)
            {
                return Task.CompletedTask;
            }

            _waiting.Enqueue(mark);
        }

        return mark.Reached;
    }

    /// <summary>A line that is in no queue was lost, and is counted with those of this one.</summary>
    public void NoteDropped()
    {
        lock (_gate)
        {
            _dropped++;
        }
    }

    /// <summary>Its lines wait here as one, beyond the number if need be.</summary>
    public void AddDetails(DetailLogger details) => Enqueue(new DetailLines(details), mayBeDropped: false);

    void IThreadPoolWorkItem.Execute()
    {
        GuardedLogger? outer = s_writing;
        s_writing = this;
        while (Take() is { } line)
        {
            Write(line);
        }

        s_writing = outer;
        if (_queue.IsThreadPool)
        {
            LastLines.End();
        }
    }

    /// <summary>Under no lock.</summary>
    protected virtual void Add(LogLine line) => Enqueue(line, mayBeDropped: true);

    private void Enqueue(LogLine line, bool mayBeDropped)
    {
        lock (_gate)
        {
            if (mayBeDropped && _waiting.Count >= MostWaiting)
            {
                _dropped++;
                return;
            }

            _waiting.Enqueue(line);
            if (_isPosted)
            {
                return;
            }

            _isPosted = true;
        }

        if (_queue.IsThreadPool)
        {
            LastLines.Begin();
        }

        _queue.PostForeign(ForeignLane.Lines, this);
    }

    private LogLine? Take()
    {
        while (true)
        {
            int dropped;
            lock (_gate)
            {
                if (_waiting.TryDequeue(out LogLine? line))
                {
                    return line;
                }

                if (_dropped == 0)
                {
                    _isPosted = false;
                    return null;
                }

                dropped = _dropped;
                _dropped = 0;
            }

            ForeignCodeLog.LinesDropped(this, dropped);
        }
    }

    private void Write(LogLine line)
    {
        try
        {
            line.Write(line.NeedsLogger ? _inner ??= _create() : null);
        }
        catch (Exception failure)
        {
            // A disk that is full, a provider that is disposed: as a rule it throws for every line. The first is enough.
            if (!_hasFailed)
            {
                _hasFailed = true;
                _queue.PostForeign(
                    ForeignLane.Handlers, new ForeignFailure("a logger failed; further failures of it are not reported", failure));
            }
        }
    }
}
