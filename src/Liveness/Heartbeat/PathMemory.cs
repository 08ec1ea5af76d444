using Liveness.KeepAlive;

namespace Liveness;

/// <summary>What a connection remembers of its path: next to nothing, as long as nothing goes wrong on it.</summary>
internal struct PathMemory
{
    private PathHistory? _history;
    private bool _wasLookedAt;
    private bool _knowsPaths;
    private int _untold;

    /// <summary>
    /// How often the kernel has drawn another path, and the connection lived on. Null where it has one path only, or the platform does not
    /// tell.
    /// </summary>
    public readonly long? Changes => _knowsPaths ? _history?.Changes ?? 0 : null;

    /// <summary>Takes a look at the kernel in.</summary>
    /// <returns>Whether the path has changed, which is to be told.</returns>
    public bool Look(in TcpInfoSnapshot kernel, Instant begun, Instant now)
    {
        if (PathCounts.Of(kernel) is not { } counts)
        {
            return false;
        }

        _knowsPaths = counts.Rehashes is not null;
        bool isFirst = !_wasLookedAt;
        _wasLookedAt = true;
        if (counts.IsClean && _history is null)
        {
            return false;
        }

        // What was lost before the first look belongs to the handshake of TCP, or to whoever had the socket before.
        _history ??= isFirst ? new PathHistory(counts, now) : new PathHistory(Clean(counts), begun);
        int more = (int)Math.Min(int.MaxValue, _history.Add(counts, isOver: kernel.Retransmits is 0, now));
        _untold += more;
        return more > 0;
    }

    /// <inheritdoc cref="PathHistory.Lately"/>
    /// <returns>Null where nothing was ever lost, or nothing is known.</returns>
    public readonly PathCounts? Lately(Instant lastHeard, out TimeSpan span)
    {
        span = TimeSpan.Zero;
        return _history?.Lately(lastHeard, out span);
    }

    /// <summary>What the kernel has counted since the newest look that still heard the peer.</summary>
    /// <returns>Null where there was none, or the platform does not count.</returns>
    public readonly PathCounts? SinceHeard(in TcpInfoSnapshot kernel, Instant lastHeard)
    {
        // A path without a history was clean at every look.
        return _wasLookedAt && PathCounts.Of(kernel) is { } counts ? counts.Since(_history?.WhenHeard(lastHeard) ?? Clean(counts)) : null;
    }

    private static PathCounts Clean(in PathCounts counts) => new(0, 0, 0, 0, 0, counts.Rehashes is null ? null : 0);

    /// <summary>The changes that nobody was told of yet.</summary>
    /// <param name="now">The present.</param>
    /// <param name="isTimeToLog">At most once a minute.</param>
    public int TakeUntold(Instant now, out bool isTimeToLog)
    {
        int untold = _untold;
        _untold = 0;
        isTimeToLog = untold > 0 && _history!.TryTell(now);
        return untold;
    }
}
