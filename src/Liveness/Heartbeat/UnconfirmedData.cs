namespace Liveness;

/// <summary>
/// DATA of ours that the peer does not say it has received, while the peer itself is heard: what it sends comes, what we send does not
/// arrive.
/// </summary>
/// <remarks>
/// From the first byte that was handed over with nothing else outstanding, or the last progress after that. A silence of the peer is a
/// silence, told as such: the time counts from its end on.
/// </remarks>
internal struct UnconfirmedData
{
    private Instant _since;
    private bool _waits;

    /// <summary>It has waited for so long that it is worth a condition.</summary>
    public bool IsForLong { get; private set; }

    /// <returns>Whether the waiting begins with this.</returns>
    public bool OnSent(Instant now)
    {
        if (_waits)
        {
            return false;
        }

        _waits = true;
        _since = now;
        return true;
    }

    /// <summary>The peer has received more, or all of it.</summary>
    public void OnProgress(bool isAll, Instant now)
    {
        _waits &= !isAll;
        StartAnew(now);
    }

    /// <summary>So far something else than the way out explains it.</summary>
    public void StartAnew(Instant now)
    {
        _since = now;
        IsForLong = false;
    }

    /// <summary>The verdict on the way out takes a whole bound; after half of it this is worth a word. What the peer confirms comes with
    /// its next beat, an interval later at most: where the path is slow, the data gets that interval twice, and the time in which it is
    /// repeated once, and goes and comes.</summary>
    /// <returns>When it is worth a word; <see cref="Instant.Never"/> = nothing waits, or it has been told already.</returns>
    public readonly Instant ForLongAt(Instant now, PauseLedger pauses, HeartbeatTiming timing, TimeSpan answerTime)
    {
        if (!_waits || IsForLong)
        {
            return Instant.Never;
        }

        TimeSpan patience = Durations.Longer(timing.Bound / 2, (timing.ReceiveInterval * 2) + (answerTime * 2));
        return now + (patience - pauses.RunningTime(_since, now));
    }

    /// <summary>Tells it where it has waited for long, and nothing else explains it.</summary>
    public void Look(Instant now, bool peerHasAll, in LocalHealth health, HeartbeatTiming timing, TimeSpan answerTime)
    {
        if (ForLongAt(now, health.Pauses, timing, answerTime) > now)
        {
            return;
        }

        if (health.PoolLag >= timing.ReceiveInterval || peerHasAll)
        {
            // The beat that confirms it may lie here unread; or what was sent was taken back.
            StartAnew(now);
            return;
        }

        IsForLong = true;
    }

    /// <summary>Of what was told: for how long by now.</summary>
    public readonly TimeSpan? WaitedForLong(Instant now, PauseLedger pauses) => IsForLong ? pauses.RunningTime(_since, now) : null;
}
