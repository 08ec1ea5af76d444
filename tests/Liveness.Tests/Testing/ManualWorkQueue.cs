namespace Liveness.Tests.Testing;

/// <summary>A work queue that runs on the thread of the test, when told.</summary>
internal sealed class ManualWorkQueue : WorkQueue
{
    private readonly Queue<IThreadPoolWorkItem> _items = new();

    public override void Post(IThreadPoolWorkItem item) => _items.Enqueue(item);

    /// <summary>Runs everything, also what is posted meanwhile.</summary>
    public void RunAll()
    {
        while (_items.TryDequeue(out IThreadPoolWorkItem? item))
        {
            item.Execute();
        }
    }
}
