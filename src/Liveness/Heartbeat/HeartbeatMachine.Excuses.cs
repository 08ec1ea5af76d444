namespace Liveness;

/// <content>Rules 5 and 6: what puts a verdict off, in this order, and for how long.</content>
internal sealed partial class HeartbeatMachine
{
    private bool _graceUsed;
    private Instant _graceUntil;
    private Instant? _stuckSince;
    private Instant? _starvedSince;
    private Instant? _holeSince;
    private ulong? _outOfOrder;
    private Instant? _outOfOrderGrewAt;
    private Instant? _graceSince;

    /// <summary>Our own reader is behind: bytes wait, or may wait, that we have not looked at.</summary>
    public bool IsStarved { get; private set; }

    public TimeSpan ExcusedWhileStarved { get; private set; }

    public TimeSpan ExcusedForHoleRepair { get; private set; }

    public TimeSpan ExcusedAfterOwnPause { get; private set; }

    /// <summary>Our own reader never got to the bytes that wait: the verdict is about ourselves.</summary>
    public bool ReaderIsStuck { get; private set; }

    private LossKind? Verdict(Instant now, in LocalHealth health, WitnessReading reading)
    {
        if (IsInGrace(now))
        {
            return null;
        }

        if (IsReaderBehind(now, health, reading))
        {
            return ReaderIsStuck ? LossKind.TransportFailed : null;
        }

        if (IsHoleRepaired(now, health))
        {
            return null;
        }

        // A close that goes on in spite of the verdict must not look again at every turn.
        LookAgain(now, _judging.Bound);
        return LossKind.HeartbeatTimedOut;
    }

    /// <summary>After a pause of ours that is long for this connection the peer gets, once in a silence, a fresh probe and the time to answer it.
    /// Later pauses in the same silence are only subtracted: else a process that stutters would never judge.</summary>
    private void GrantGrace(Instant now, in LocalHealth health)
    {
        if (_graceUsed || health.Pauses.NewestLongerThan(_judging.Bound / 4, _lastReceived) is not { } pause)
        {
            return;
        }

        _graceUsed = true;
        _graceUntil = pause.End + _judging.ReceiveInterval + AnswerTime;

        // Paced: after a pause every connection of the process wants to probe.
        _nextProbeAt = now + (_judging.ReceiveInterval / 2 * _jitter.NextFraction());
    }

    /// <summary>A measured round trip holds the pauses of both ends too; more than a bound is nobody's answer time.</summary>
    private TimeSpan AnswerTime => Shorter(RoundTrip ?? TimeSpan.Zero, _judging.Bound);

    private bool IsInGrace(Instant now)
    {
        if (!_graceUsed || now >= _graceUntil)
        {
            ExcusedAfterOwnPause = _graceSince is { } since ? _graceUntil - since : TimeSpan.Zero;
            return false;
        }

        _graceSince ??= now;
        _lookAgainAt = _graceUntil;
        return true;
    }

    private bool IsReaderBehind(Instant now, in LocalHealth health, WitnessReading reading)
    {
        bool lagging = health.PoolLag >= _judging.ReceiveInterval;
        bool bytesWait = reading.Available > 0 || reading.ReadNotParsed;
        IsStarved = bytesWait || (lagging && reading.HidesCompletedReads);

        // What put the verdict off at the last look did so until now.
        ExcusedWhileStarved += _starvedSince is { } before ? health.Pauses.RunningTime(before, now) : TimeSpan.Zero;
        _starvedSince = IsStarved ? now : null;
        if (!IsStarved)
        {
            _stuckSince = null;
            return false;
        }

        // With the pool in time nothing keeps our reader from these bytes: then it is the reader that hangs, and one more bound is enough.
        _stuckSince = lagging ? null : _stuckSince ?? now;
        TimeSpan left = _judging.Bound - (_stuckSince is { } since ? health.Pauses.RunningTime(since, now) : TimeSpan.Zero);
        ReaderIsStuck = left <= TimeSpan.Zero;
        LookAgain(now, left);
        return true;
    }

    private void WatchHole(Instant now, WitnessReading reading)
    {
        if (reading.OutOfOrderPackets is not { } packets)
        {
            return;
        }

        if (_outOfOrder is { } before && packets > before)
        {
            _outOfOrderGrewAt = now;
        }

        _outOfOrder = packets;
    }

    /// <summary>TCP delivers nothing behind a lost segment; while segments keep arriving behind it, the path lives. At most one further bound in a silence.</summary>
    private bool IsHoleRepaired(Instant now, in LocalHealth health)
    {
        if (_outOfOrderGrewAt is not { } grewAt || health.Pauses.RunningTime(grewAt, now) > _judging.ReceiveInterval)
        {
            return false;
        }

        _holeSince ??= now;
        ExcusedForHoleRepair = health.Pauses.RunningTime(_holeSince.Value, now);
        LookAgain(now, _judging.Bound - ExcusedForHoleRepair);
        return ExcusedForHoleRepair < _judging.Bound;
    }

    /// <summary>Every half interval, and when the excuse runs out.</summary>
    private void LookAgain(Instant now, TimeSpan left) => _lookAgainAt = now + Shorter(_judging.ReceiveInterval / 2, left);

    private void EndSilence()
    {
        _graceUsed = false;
        _graceSince = null;
        _stuckSince = null;
        _starvedSince = null;
        _holeSince = null;
        _outOfOrderGrewAt = null;
        _outOfOrder = null;
        _probesInSilence = 0;
        IsStarved = false;
        ReaderIsStuck = false;
        ExcusedWhileStarved = TimeSpan.Zero;
        ExcusedForHoleRepair = TimeSpan.Zero;
        ExcusedAfterOwnPause = TimeSpan.Zero;
    }
}
