namespace Liveness.Presence;

/// <summary>
/// How the newest pointer of a key wins without a lock: everybody swaps its own in and looks at what was there. Whoever finds a newer one
/// has lost, and swaps that in again. Each round carries the greatest that it has seen, so that one stays, whatever the order.
/// </summary>
/// <param name="written">What was swapped in, by key.</param>
internal sealed class PointerSwap(IReadOnlyDictionary<string, Pointer> written)
{
    private readonly HashSet<string> _lost = new(StringComparer.Ordinal);

    /// <summary>To be swapped in now; empty = it is over.</summary>
    public IReadOnlyDictionary<string, Pointer> Due { get; private set; } = written;

    /// <summary>The keys whose newest connection is elsewhere.</summary>
    public IReadOnlyCollection<string> Lost => _lost;

    /// <param name="found">What was there before <see cref="Due"/> was swapped in; keys without one are left out.</param>
    public void OnSwapped(IReadOnlyDictionary<string, Pointer> found)
    {
        Dictionary<string, Pointer> next = new(StringComparer.Ordinal);
        foreach ((string key, Pointer before) in found)
        {
            if (before.IsNewerThan(Due[key]))
            {
                _lost.Add(key);
                next[key] = before;
            }
        }

        Due = next;
    }
}
