namespace Liveness;

/// <summary>One turn of credit, from a grant to the first grant after all that it allowed has come: whether the window held the transfer
/// back, and how large it should be.</summary>
/// <remarks>
/// DATA beyond the former limit can't come sooner than one round trip after the grant that allows it: each turn lasts at least that long,
/// and measures it. The writer was stopped by credit where a frame was cut at exactly the former limit, and the first byte beyond it came
/// about one round trip after the grant. The reader kept up where it waited for that byte, or left nothing unread for longer than a moment.
/// Any other turn says nothing about the path, and neither does one in which the writer paused: nothing follows from it.
/// A mutable struct in its owner: never copy it.
/// </remarks>
internal struct CreditRound()
{
    /// <summary>For wake-ups and for draining what was received before; a window that only bridges this costs little.</summary>
    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(10);

    private bool _runs;
    private ulong _formerLimit;
    private ulong _limit;
    private ulong _consumedBefore;
    private Instant _began;
    private Instant _newestAt;
    private bool _isAnswered;
    private bool _wasCut;
    private bool _readerWaited;
    private TimeSpan _longestGap;
    private int _mostUnread;
    private TimeSpan _leastAnswer = TimeSpan.MaxValue;

    public void OnGranted(ulong formerLimit, ulong limit, ulong consumed, Instant now)
    {
        if (_runs)
        {
            return;
        }

        _runs = true;
        _formerLimit = formerLimit;
        _limit = limit;
        _consumedBefore = consumed;
        _began = now;
        _isAnswered = false;
        _mostUnread = 0;
    }

    public void OnReceived(ulong receivedBefore, int length, bool readerWaits, Instant now)
    {
        if (!_runs || receivedBefore >= _limit || receivedBefore + (ulong)length <= _formerLimit)
        {
            return;
        }

        if (!_isAnswered)
        {
            _isAnswered = true;
            _wasCut = receivedBefore == _formerLimit;
            _readerWaited = readerWaits;
            _longestGap = now - _began;
            _leastAnswer = Durations.Shorter(_leastAnswer, _longestGap);
        }
        else if (now - _newestAt > _longestGap)
        {
            _longestGap = now - _newestAt;
        }

        _newestAt = now;
    }

    public void OnConsuming(int unread) => _mostUnread = Math.Max(_mostUnread, unread);

    /// <summary>Ends the turn, if it is through.</summary>
    /// <returns>The window that suits what was measured; null = nothing follows from it.</returns>
    public long? WindowFitFor(Instant now, ulong received, ulong consumed, in PathFacts path)
    {
        if (!_runs || received < _limit)
        {
            return null;
        }

        _runs = false;
        TimeSpan minRoundTrip = Durations.Shorter(_leastAnswer, path.MinRoundTrip ?? TimeSpan.MaxValue);
        TimeSpan roundTrip = path.RoundTrip is { } newest && newest > minRoundTrip ? newest : minRoundTrip;
        TimeSpan took = _newestAt - _began;
        double delivered = _limit - _consumedBefore;
        bool writerWasStopped = _wasCut && _longestGap <= (roundTrip * 2) + s_moment;
        bool readerKeptUp = _readerWaited
            || _mostUnread * (now - _began).TotalSeconds <= (consumed - _consumedBefore) * s_moment.TotalSeconds;
        return writerWasStopped && readerKeptUp ? Fit(delivered, took, minRoundTrip, path.Bound) : null;
    }

    /// <summary>Two round trips' worth, so that a window which only just suffices is still seen to hold back; or a quarter of the bound,
    /// which keeps TCP's silence behind a lost segment well within it.</summary>
    private static long Fit(double delivered, TimeSpan took, TimeSpan minRoundTrip, TimeSpan bound)
    {
        if (bound == TimeSpan.MaxValue || took <= TimeSpan.Zero)
        {
            return long.MaxValue;
        }

        double seconds = Math.Max(minRoundTrip.TotalSeconds * 2, bound.TotalSeconds / 4);
        return (long)(delivered / took.TotalSeconds * seconds);
    }
}
