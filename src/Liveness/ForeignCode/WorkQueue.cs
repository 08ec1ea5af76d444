using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Liveness;

/// <summary>
/// Where work goes that must run neither under a lock nor on the scheduler's thread: the thread pool, or a test's own queue.
/// </summary>
internal abstract class WorkQueue
{
    private readonly ConditionalWeakTable<ILogger, GuardedLogger> _loggers = [];
    private readonly GuardedLogger _none;

    protected WorkQueue() => _none = new GuardedLogger(this, null);

    /// <summary>Works in lanes that the system's scheduler looks after, so its class lies there.</summary>
    public static WorkQueue ThreadPool { get; } = new ThreadPoolWorkQueue();

    /// <summary>The queue that a clock brings along; the thread pool for every other.</summary>
    public static WorkQueue Of(TimeProvider timeProvider) => timeProvider is IWorkQueueSource source ? source.WorkQueue : ThreadPool;

    /// <summary>False = a test's own, which runs what it is given, and what continues from that, when the test says so.</summary>
    public virtual bool IsThreadPool => false;

    /// <summary>For work of our own: it calls no code of others, and does not block.</summary>
    public abstract void Post(IThreadPoolWorkItem item);

    /// <summary>For what calls code of others, and may block for ever: see <see cref="ForeignCode"/>.</summary>
    public virtual void PostForeign(ForeignLane lane, IThreadPoolWorkItem item) => Post(item);

    /// <summary>The guard of a logger: one for all who have the same logger. A guard is its own.</summary>
    public GuardedLogger Guard(ILogger? logger) => logger switch
    {
        null or NullLogger => _none,
        GuardedLogger guarded => guarded,
        _ => _loggers.GetValue(logger, unguarded => new GuardedLogger(this, () => unguarded)),
    };

    /// <summary>The guard of a logger that is made when it is first needed: making one is code of others, too.</summary>
    public GuardedLogger Guard(ILoggerFactory? factory, string category) =>
        factory is null ? _none : new GuardedLogger(this, () => factory.CreateLogger(category));
}
