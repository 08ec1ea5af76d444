using System.Collections.Concurrent;

namespace Liveness.Tests;

/// <summary>Threads for what blocks, and so must take none of the pool, which others wait for. Each stays for the next, and is never ended.</summary>
/// <remarks>Wine ends what a thread has begun at a socket with 0 bytes, or an accept without an address, where that thread ends meanwhile.
/// Windows does so to no socket that is bound to a completion port.</remarks>
internal sealed class KeptThreads : TaskScheduler
{
    private static readonly KeptThreads s_scheduler = new();
    private static readonly ConcurrentBag<KeptThread> s_idle = [];

    /// <summary>Code behind an await in it goes on in the pool.</summary>
    public static Task Run(Action run) => Task.Factory.StartNew(run, CancellationToken.None, TaskCreationOptions.HideScheduler, s_scheduler);

    /// <inheritdoc cref="Run(Action)"/>
    public static Task<T> Run<T>(Func<T> run) => Task.Factory.StartNew(run, CancellationToken.None, TaskCreationOptions.HideScheduler, s_scheduler);

    protected override void QueueTask(Task task) => (s_idle.TryTake(out KeptThread? idle) ? idle : new KeptThread(this)).Begin(task);

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => [];

    private sealed class KeptThread
    {
        private readonly BlockingCollection<Task> _next = [];

        public KeptThread(KeptThreads scheduler) => new Thread(() =>
        {
            foreach (Task task in _next.GetConsumingEnumerable())
            {
                scheduler.TryExecuteTask(task);
                s_idle.Add(this);
            }
        })
        { IsBackground = true }.UnsafeStart();

        public void Begin(Task task) => _next.Add(task);
    }
}
