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

    /// <summary>For how long, our own pauses left out; null = nothing waits, or it has been told already.</summary>
    public readonly TimeSpan? Waited(Instant now, PauseLedger pauses) => _waits && !IsForLong ? pauses.RunningTime(_since, now) : null;

    public void Tell() => IsForLong = true;

    /// <summary>Of what was told: for how long by now.</summary>
    public readonly TimeSpan? WaitedForLong(Instant now, PauseLedger pauses) => IsForLong ? pauses.RunningTime(_since, now) : null;
}
