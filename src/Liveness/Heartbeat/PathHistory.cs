namespace Liveness;

/// <summary>
/// What the path did in the last minutes, by looks at the kernel's counters. Pure. Made for those connections only whose path has ever lost
/// anything.
/// </summary>
internal sealed class PathHistory
{
    /// <summary>What is told covers one to two of these.</summary>
    private static readonly TimeSpan s_span = TimeSpan.FromMinutes(2);

    /// <summary>One line of the log in that time.</summary>
    private static readonly TimeSpan s_toldEvery = TimeSpan.FromMinutes(1);

    private readonly record struct Look(Instant At, PathCounts Counts);

    private Look _oldest;
    private Look _newer;
    private Look _previous;
    private Look _latest;
    private Instant? _toldAt;
    private long _drawn;

    /// <param name="counts">What was counted when the connection began.</param>
    /// <param name="at">When that was.</param>
    public PathHistory(in PathCounts counts, Instant at)
    {
        _latest = _previous = _newer = _oldest = new Look(at, counts);
        _drawn = counts.Rehashes ?? 0;
    }

    /// <summary>How often the kernel has drawn another path, and the connection lived on.</summary>
    public long Changes { get; private set; }

    /// <summary>Takes a look in.</summary>
    /// <param name="counts">As they are now.</param>
    /// <param name="isOver">Nothing waits to be repeated: the draws so far were the last ones, and one of them was good.</param>
    /// <param name="now">The present.</param>
    /// <returns>How many draws have come to <see cref="Changes"/>.</returns>
    public long Add(in PathCounts counts, bool isOver, Instant now)
    {
        _previous = _latest;
        _latest = new Look(now, counts);
        if (now - _newer.At >= s_span)
        {
            _oldest = _newer;
            _newer = _latest;
        }

        if (!isOver || counts.Rehashes is not { } drawn)
        {
            return 0;
        }

        long more = unchecked((uint)(drawn - _drawn));
        _drawn = drawn;
        Changes += more;
        return more;
    }

    /// <summary>
    /// What was counted in the last minutes, up to the newest look that still heard the peer: what is repeated in vain afterwards is the
    /// silence's own.
    /// </summary>
    public PathCounts Lately(Instant lastHeard, out TimeSpan span)
    {
        Look upTo = UpTo(lastHeard);
        span = upTo.At - _oldest.At;
        return upTo.Counts.Since(_oldest.Counts);
    }

    /// <summary>As they were at the newest look that still heard the peer.</summary>
    public PathCounts WhenHeard(Instant lastHeard) => UpTo(lastHeard).Counts;

    private Look UpTo(Instant lastHeard) => _latest.At <= lastHeard ? _latest : _previous;

    /// <summary>Whether it is time for a line of the log; once told, the next one waits.</summary>
    public bool TryTell(Instant now)
    {
        if (_toldAt is { } before && now - before < s_toldEvery)
        {
            return false;
        }

        _toldAt = now;
        return true;
    }
}
