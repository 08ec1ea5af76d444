namespace Liveness;

/// <summary>
/// The pauses of this process, oldest first and disjoint. Immutable: adding returns a new ledger, so that anybody may read one without a
/// lock.
/// </summary>
/// <remarks>Every age that is judged is running time: wall interval minus the overlap of the ledger with exactly that interval.</remarks>
internal sealed class PauseLedger
{
    /// <summary>Beyond this many, the two oldest become one: their sum stays exact, their place becomes coarse.</summary>
    private const int Capacity = 256;

    private readonly Entry[] _entries;

    private PauseLedger(Entry[] entries) => _entries = entries;

    public static PauseLedger Empty { get; } = new([]);

    public PauseLedger Add(Instant start, Instant end)
    {
        if (_entries.Length > 0)
        {
            start = Instant.Max(start, _entries[^1].Span.End);
        }

        if (end <= start)
        {
            return this;
        }

        Entry added = new(new Pause(start, end), end - start);
        if (_entries.Length < Capacity)
        {
            return new PauseLedger([.. _entries, added]);
        }

        Entry oldest = new(new Pause(_entries[0].Span.Start, _entries[1].Span.End), _entries[0].Paused + _entries[1].Paused);
        return new PauseLedger([oldest, .. _entries.AsSpan(2), added]);
    }

    /// <summary>When the newest ended; the origin of time where there is none.</summary>
    public Instant End => _entries.Length > 0 ? _entries[^1].Span.End : new Instant(long.MinValue);

    /// <summary>How much of the interval this process could not run.</summary>
    public TimeSpan Overlap(Instant from, Instant to)
    {
        TimeSpan sum = TimeSpan.Zero;
        for (int i = _entries.Length - 1; i >= 0 && _entries[i].Span.End > from; i--)
        {
            sum += _entries[i].Within(from, to);
        }

        return sum;
    }

    /// <summary>How much of the interval lies in entries of at least the given length, less what another ledger has of that.</summary>
    public TimeSpan OverlapOfLong(TimeSpan least, Instant from, Instant to, PauseLedger except)
    {
        TimeSpan sum = TimeSpan.Zero;
        for (int i = _entries.Length - 1; i >= 0 && _entries[i].Span.End > from; i--)
        {
            Entry entry = _entries[i];
            TimeSpan within = entry.Paused >= least ? entry.Within(from, to) : TimeSpan.Zero;
            if (within > TimeSpan.Zero)
            {
                TimeSpan known = except.Overlap(Instant.Max(from, entry.Span.Start), Instant.Min(to, entry.Span.End));
                sum += known < within ? within - known : TimeSpan.Zero;
            }
        }

        return sum;
    }

    /// <summary>The time in which this process ran, out of the interval.</summary>
    public TimeSpan RunningTime(Instant from, Instant to) => to - from - Overlap(from, to);

    /// <summary>The newest pause that ended after <paramref name="since"/> and is longer than <paramref name="length"/>.</summary>
    public Pause? NewestLongerThan(TimeSpan length, Instant since)
    {
        for (int i = _entries.Length - 1; i >= 0 && _entries[i].Span.End > since; i--)
        {
            if (_entries[i].Paused > length)
            {
                return _entries[i].Span;
            }
        }

        return null;
    }

    /// <summary>The longest pause that ended after <paramref name="since"/>.</summary>
    public TimeSpan LongestSince(Instant since)
    {
        TimeSpan longest = TimeSpan.Zero;
        for (int i = _entries.Length - 1; i >= 0 && _entries[i].Span.End > since; i--)
        {
            longest = _entries[i].Paused > longest ? _entries[i].Paused : longest;
        }

        return longest;
    }

    private readonly record struct Entry(Pause Span, TimeSpan Paused)
    {
        public TimeSpan Within(Instant from, Instant to)
        {
            Instant start = Instant.Max(from, Span.Start);
            Instant end = Instant.Min(to, Span.End);
            if (end <= start)
            {
                return TimeSpan.Zero;
            }

            // For a merged entry only the share is known: spread it evenly, in integers, so that the whole span gives the exact sum.
            return new TimeSpan((long)((Int128)(end - start).Ticks * Paused.Ticks / Span.Length.Ticks));
        }
    }
}
