using System.Collections.Concurrent;

namespace Liveness.Tests;

/// <summary>A work queue that runs nothing until told to, on the thread that tells it.</summary>
internal sealed class ManualWorkQueue : WorkQueue
{
    private readonly ConcurrentQueue<IThreadPoolWorkItem> _items = new();

    private readonly Queue<IThreadPoolWorkItem> _late = new();

    public int Count => _items.Count;

    /// <summary>Items that come to nobody until this is changed: a thread pool may run its work in any order.</summary>
    public Func<IThreadPoolWorkItem, bool>? IsLate { get; set; }

    public override void Post(IThreadPoolWorkItem item) => _items.Enqueue(item);

    /// <summary>What was late comes now.</summary>
    public void PostLate()
    {
        IsLate = null;
        while (_late.TryDequeue(out IThreadPoolWorkItem? item))
        {
            Post(item);
        }
    }

    /// <summary>Runs the oldest item; false where there is none.</summary>
    public bool RunOne()
    {
        if (!_items.TryDequeue(out IThreadPoolWorkItem? item))
        {
            return false;
        }

        if (IsLate?.Invoke(item) == true)
        {
            _late.Enqueue(item);
            return true;
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
