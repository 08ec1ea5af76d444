namespace Liveness.ProtocolPing;

/// <summary>When something was received last, and how much in all: stamped by any thread without a lock, and the newest wins.</summary>
internal sealed class ReceiveStamp(Instant now)
{
    private long _ticks = now.Ticks;
    private long _bytes;

    /// <summary>Ticks: the longest between two stamps since it was asked for. Interlocked.</summary>
    private long _longestGap;

    public Instant At => new(Volatile.Read(ref _ticks));

    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Ends with a full fence: what the caller reads next was not read before the stamp was set.</summary>
    public void Set(Instant at, long count)
    {
        Advance(at.Ticks);
        Interlocked.Add(ref _bytes, count);
    }

    /// <summary>Between two stamps, since the last call.</summary>
    public TimeSpan TakeLongestGap() => new(Interlocked.Exchange(ref _longestGap, 0));

    private void NoteGap(long ticks)
    {
        long longest = Volatile.Read(ref _longestGap);
        while (longest < ticks)
        {
            long seen = Interlocked.CompareExchange(ref _longestGap, ticks, longest);
            if (seen == longest)
            {
                return;
            }

            longest = seen;
        }
    }

    private void Advance(long ticks)
    {
        long seen = Volatile.Read(ref _ticks);
        while (seen < ticks)
        {
            long before = Interlocked.CompareExchange(ref _ticks, ticks, seen);
            if (before == seen)
            {
                NoteGap(ticks - seen);
                return;
            }

            seen = before;
        }
    }
}
