namespace Liveness.Testing;

/// <summary>
/// What is on the way in one direction, in order: when it leaves the sender and when it arrives. Knows counts, not bytes. Pure.
/// </summary>
internal sealed class LinkLine
{
    private readonly Queue<LinkSegment> _segments = new();

    private int _arrivedOfFirst;
    private Instant _busySince;
    private long _carriedSince;
    private Instant _free;
    private Instant _lastArrival;

    /// <summary>When something will arrive next.</summary>
    public Instant NextArrival =>
        _segments.TryPeek(out LinkSegment first) ? first.ArrivesAt(first.NextPacketEnd(_arrivedOfFirst)) : Instant.Never;

    public void Send(LinkSegmentKind kind, int count, Instant now, TimeSpan travel, long? bytesPerSecond)
    {
        if (bytesPerSecond is null || _free <= now)
        {
            (_busySince, _carriedSince) = (now, 0);
        }

        LinkSegment segment = new(kind, count, _busySince, _carriedSince, bytesPerSecond, travel, _lastArrival);
        _carriedSince += count;
        _free = segment.LeavesAt(count);
        Enqueue(segment);
    }

    /// <summary>Takes out the next that has arrived, if any.</summary>
    public bool TryArrive(Instant now, out LinkArrival arrival)
    {
        while (_segments.TryPeek(out LinkSegment first))
        {
            int arrived = first.ArrivedBy(now);
            int news = arrived - _arrivedOfFirst;
            bool complete = first.ArrivesAt(first.Count) <= now;
            _arrivedOfFirst = complete ? 0 : arrived;
            if (complete)
            {
                _segments.Dequeue();
            }

            if (news > 0 || (complete && first.Kind != LinkSegmentKind.Data))
            {
                arrival = new LinkArrival(first.Kind, news, first.ArrivesAt(arrived));
                return true;
            }

            if (!complete)
            {
                break;
            }
        }

        arrival = default;
        return false;
    }

    /// <summary>Gives all that has not left the sender its place on a line of another speed.</summary>
    public void ChangeSpeed(Instant now, long? bytesPerSecond)
    {
        LinkSegment[] planned = TakeAll();
        _free = now;
        foreach (LinkSegment segment in planned)
        {
            int left = segment.LeftBy(now);
            bool gone = segment.LeavesAt(segment.Count) <= now;
            if (gone || left > 0)
            {
                Enqueue(segment with { Count = left });
            }

            if (!gone)
            {
                Send(segment.Kind, segment.Count - left, now, segment.Travel, bytesPerSecond);
            }
        }
    }

    /// <summary>Forgets all that has not left the sender in whole packets.</summary>
    /// <returns>How many bytes that was.</returns>
    public int DiscardUnsent(Instant now)
    {
        int discarded = 0;
        foreach (LinkSegment segment in TakeAll())
        {
            int left = segment.WholePackets(segment.LeftBy(now));
            discarded += segment.Count - left;
            if (left > 0 || segment.LeavesAt(segment.Count) <= now)
            {
                Enqueue(segment with { Count = left });
            }
        }

        _free = now;
        return discarded;
    }

    public void Clear()
    {
        _segments.Clear();
        _arrivedOfFirst = 0;
    }

    private void Enqueue(LinkSegment segment)
    {
        _segments.Enqueue(segment);
        _lastArrival = segment.ArrivesAt(segment.Count);
    }

    private LinkSegment[] TakeAll()
    {
        LinkSegment[] all = [.. _segments];
        _segments.Clear();
        _lastArrival = all.Length > 0 ? all[0].NotBefore : _lastArrival;
        return all;
    }
}
