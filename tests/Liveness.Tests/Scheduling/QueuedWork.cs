namespace Liveness.Tests.Scheduling;

/// <summary>A work queue that runs when the test says so.</summary>
internal sealed class QueuedWork : WorkQueue
{
    private readonly Queue<IThreadPoolWorkItem> _items = new();

    public int Count => _items.Count;

    public override void Post(IThreadPoolWorkItem item) => _items.Enqueue(item);

    public void RunAll()
    {
        while (_items.TryDequeue(out IThreadPoolWorkItem? item))
        {
            item.Execute();
        }
    }
}
