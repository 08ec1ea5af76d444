namespace Liveness;

/// <summary>Who receives: while the application reads, its own reads drive the receiving, without a hand-over between threads. If it does
/// not come back in time, the work queue takes over, for beats must be heard whatever the application does.</summary>
/// <remarks>All of it is called under the lock of the connection.</remarks>
internal struct ReceiveLease()
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(50);

    /// <summary><see cref="Instant.Never"/> while somebody owns the receiving.</summary>
    private Instant _givenAt;

    /// <summary>Somebody owns the receiving.</summary>
    public readonly bool IsTaken => _givenAt == Instant.Never;

    /// <summary>When to look whether the application has come back; <see cref="Instant.Never"/> = nobody needs to.</summary>
    public Instant Due { get; private set; } = Instant.Never;

    /// <returns>Whether the caller owns the receiving from now on.</returns>
    public bool TryTake()
    {
        if (IsTaken)
        {
            return false;
        }

        _givenAt = Instant.Never;
        return true;
    }

    /// <summary>The application has got bytes and is expected back.</summary>
    /// <param name="now">The present.</param>
    /// <param name="interval">In which the peer must be heard.</param>
    /// <returns>Whether somebody must be told to look after it.</returns>
    public bool Give(Instant now, TimeSpan interval)
    {
        _givenAt = now;
        if (Due != Instant.Never)
        {
            return false;
        }

        Due = now + Longest(interval);
        return true;
    }

    /// <returns>Whether the application has not come back in time.</returns>
    /// <inheritdoc cref="Give"/>
    public bool IsOverdue(Instant now, TimeSpan interval)
    {
        if (now < Due)
        {
            return false;
        }

        if (IsTaken)
        {
            Due = Instant.Never;
            return false;
        }

        Due = _givenAt + Longest(interval);
        if (now < Due)
        {
            return false;
        }

        Due = Instant.Never;
        return true;
    }

    private static TimeSpan Longest(TimeSpan interval) => interval / 8 < s_longest ? interval / 8 : s_longest;
}
