using System.Collections.Concurrent;

namespace Liveness.Tests;

/// <summary>A work queue that runs nothing until told to, on the thread that tells it.</summary>
internal sealed class ManualWorkQueue : WorkQueue
{
    private readonly ConcurrentQueue<IThreadPoolWorkItem> _items = new();

    public int Count => _items.Count;

    public override void Post(IThreadPoolWorkItem item) => _items.Enqueue(item);

    /// <summary>Runs the oldest item; false where there is none.</summary>
    public bool RunOne()
    {
        if (!_items.TryDequeue(out IThreadPoolWorkItem? item))
        {
            return false;
        }

        item.Execute();
        return true;
    }

    /// <summary>Runs everything, also what is posted meanwhile.</summary>
    public void RunAll()
    {
        while (RunOne())
        {
        }
    }
}
