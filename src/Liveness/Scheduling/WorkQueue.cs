namespace Liveness;

/// <summary>Where work goes that must run neither under a lock nor on the scheduler's thread: the thread pool, or a test's own queue.</summary>
internal abstract class WorkQueue
{
    public static WorkQueue ThreadPool { get; } = new ThreadPoolWorkQueue();

    public abstract void Post(IThreadPoolWorkItem item);

    private sealed class ThreadPoolWorkQueue : WorkQueue
    {
        public override void Post(IThreadPoolWorkItem item) => System.Threading.ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: false);
    }
}
