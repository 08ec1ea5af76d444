namespace Liveness;

/// <summary>The thread pool, and for what calls code of others one <see cref="ForeignThreads"/> a lane.</summary>
internal sealed class ThreadPoolWorkQueue : WorkQueue
{
    private readonly Lazy<ForeignThreads>[] _lanes;

    public ThreadPoolWorkQueue() => _lanes = [.. Enum.GetValues<ForeignLane>().Select(_ => new Lazy<ForeignThreads>(NewLane))];

    public override bool IsThreadPool => true;

    public override void Post(IThreadPoolWorkItem item) => System.Threading.ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: false);

    public override void PostForeign(ForeignLane lane, IThreadPoolWorkItem item) => _lanes[(int)lane].Value.Post(item);

    /// <summary>On first use: not every program has something to tell.</summary>
    private ForeignThreads NewLane() => new(LivenessScheduler.For(TimeProvider.System), this, ForeignThreads.MostOnPool);
}
