namespace Liveness.ProtocolPing;

/// <summary>When something was received last, and how much in all: stamped by any thread without a lock, and the newest wins.</summary>
internal sealed class ReceiveStamp(Instant now)
{
    private long _ticks = now.Ticks;
    private long _bytes;

    public Instant At => new(Volatile.Read(ref _ticks));

    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Ends with a full fence: what the caller reads next was not read before the stamp was set.</summary>
    public void Set(Instant at, long count)
    {
        Advance(at.Ticks);
        Interlocked.Add(ref _bytes, count);
    }

    private void Advance(long ticks)
    {
        long seen = Volatile.Read(ref _ticks);
        while (seen < ticks)
        {
            long before = Interlocked.CompareExchange(ref _ticks, ticks, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}
