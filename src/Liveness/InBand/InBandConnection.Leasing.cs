namespace Liveness;

/// <content>The lease: while the application reads, its own reads drive the receiving, without a hand-over between threads. If it does not
/// come back in time,
/// the work queue takes over, for beats must be heard whatever the application does.</content>
internal sealed partial class InBandConnection
{
    private static readonly TimeSpan s_longestLease = TimeSpan.FromMilliseconds(50);

    private Instant _leasedAt;
    private Instant _leaseDue = Instant.Never;

    /// <summary>Under the lock.</summary>
    /// <returns>Whether the caller owns the receiving from now on.</returns>
    private bool TakeLeaseNeedsLock()
    {
        if (_isReceiving || !_session.IsStarted)
        {
            return false;
        }

        _isReceiving = true;
        return true;
    }

    private bool TakeLease()
    {
        lock (_gate)
        {
            return TakeLeaseNeedsLock();
        }
    }

    /// <summary>Under the lock: the application has got bytes and is expected back.</summary>
    /// <returns>Whether somebody must be told to look after it.</returns>
    private bool GiveLeaseNeedsLock(Instant now)
    {
        _isReceiving = false;
        _leasedAt = now;
        if (_leaseDue != Instant.Never)
        {
            return false;
        }

        _leaseDue = now + LongestLease;
        return true;
    }

    private TimeSpan LongestLease
    {
        get
        {
            TimeSpan eighth = (_session.Machine?.Timing.ReceiveInterval ?? _plan.Rate.Interval) / 8;
            return eighth < s_longestLease ? eighth : s_longestLease;
        }
    }

    /// <summary>On the scheduler's thread, under the lock.</summary>
    /// <returns>Whether the application has not come back in time.</returns>
    private bool LeaseIsOverdueNeedsLock(Instant now)
    {
        if (now < _leaseDue)
        {
            return false;
        }

        if (_isReceiving)
        {
            _leaseDue = Instant.Never;
            return false;
        }

        _leaseDue = _leasedAt + LongestLease;
        if (now < _leaseDue)
        {
            return false;
        }

        _leaseDue = Instant.Never;
        return true;
    }

    /// <summary>Takes the receiving back from an application that does not read, or never will again.</summary>
    public void ResumeReceiving()
    {
        if (TakeLease())
        {
            BeginReceiving();
        }
    }
}
