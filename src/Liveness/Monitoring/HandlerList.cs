namespace Liveness;

/// <summary>
/// The handlers of one event. Its arrays are never changed, so that a delivery may walk one while handlers come and go. The owner locks.
/// </summary>
internal sealed class HandlerList<TArgs>
{
    /// <summary>In the order in which they were added.</summary>
    public EventHandler<TArgs>[] Current { get; private set; } = [];

    /// <summary>A combined delegate counts as its parts: one that throws must not stop the others.</summary>
    public void Add(EventHandler<TArgs> handler)
    {
        foreach (EventHandler<TArgs> part in Delegate.EnumerateInvocationList(handler))
        {
            Current = [.. Current, part];
        }
    }

    /// <summary>Removes the newest equal one, as events do.</summary>
    public void Remove(EventHandler<TArgs> handler)
    {
        foreach (EventHandler<TArgs> part in Delegate.EnumerateInvocationList(handler))
        {
            int index = Array.LastIndexOf(Current, part);
            if (index >= 0)
            {
                Current = [.. Current.AsSpan(0, index), .. Current.AsSpan(index + 1)];
            }
        }
    }

    public bool Contains(EventHandler<TArgs> handler) => Array.IndexOf(Current, handler) >= 0;

    public EventHandler<TArgs>? TakeFirst()
    {
        EventHandler<TArgs>? first = Current.FirstOrDefault();
        Current = first is null ? Current : Current[1..];
        return first;
    }
}
