namespace Liveness.Tests.Simulation;

/// <summary>The thread pool of a simulated world: one thread, and the next item is any of those that wait.</summary>
internal sealed class StreamInterleavingsQueue(Random random) : WorkQueue
{
    private readonly List<IThreadPoolWorkItem> _items = [];
    private readonly int _thread = Environment.CurrentManagedThreadId;

    public int Count => _items.Count;

    /// <summary>Something ran on another thread: then a run can't be repeated, and proves nothing.</summary>
    public bool HasEscaped { get; private set; }

    public override void Post(IThreadPoolWorkItem item)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            HasEscaped = true;
        }

        lock (_items)
        {
            _items.Add(item);
        }
    }

    public bool RunOne()
    {
        IThreadPoolWorkItem item;
        lock (_items)
        {
            if (_items.Count == 0)
            {
                return false;
            }

            int index = random.Next(_items.Count);
            item = _items[index];
            _items[index] = _items[^1];
            _items.RemoveAt(_items.Count - 1);
        }

        item.Execute();
        return true;
    }
}
