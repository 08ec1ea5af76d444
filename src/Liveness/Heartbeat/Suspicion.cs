namespace Liveness;

/// <summary>
/// One silence that is being judged, from the suspicion to the next byte. Rules 5 and 6: what puts the verdict off, in this order, and for
/// how long.
/// </summary>
internal sealed class Suspicion
{
    private bool _graceUsed;
    private Instant _graceUntil;
    private Instant? _graceSince;
    private Instant? _stuckSince;
    private Instant? _starvedSince;
    private Instant? _holeSince;
    private long? _outOfOrder;
    private Instant? _outOfOrderGrewAt;

    public Suspicion(Instant now) => NextProbeAt = now;

    public Instant NextProbeAt { get; set; }

    /// <summary>When a verdict that was put off is due again.</summary>
    public Instant LookAgainAt { get; private set; }

    /// <summary>How many were sent.</summary>
    public int Probes { get; set; }

    /// <summary>Our own reader is behind: bytes wait, or may wait, that we have not looked at.</summary>
    public bool IsStarved { get; private set; }

    /// <summary>Our own reader never got to the bytes that wait: the verdict is about ourselves.</summary>
    public bool ReaderIsStuck { get; private set; }

    public TimeSpan ExcusedWhileStarved { get; private set; }

    public TimeSpan ExcusedForHoleRepair { get; private set; }

    public TimeSpan ExcusedAfterOwnPause { get; private set; }

    /// <summary>The silence has reached its deadline: what is it?</summary>
    /// <param name="now">The present.</param>
    /// <param name="silence">What of it is held against the peer.</param>
    /// <param name="timing">What was agreed.</param>
    /// <param name="tick">How finely the connection is timed.</param>
    /// <param name="health">Of this process.</param>
    /// <param name="reading">What the transport says now.</param>
    /// <returns>Null = the verdict is put off.</returns>
    public LossKind? Verdict(
        Instant now, TimeSpan silence, HeartbeatTiming timing, TimeSpan tick, in LocalHealth health, WitnessReading reading)
    {
        if (IsInGrace(now))
        {
            return null;
        }

        if (IsReaderBehind(now, timing, health, reading))
        {
            return ReaderIsStuck ? LossKind.TransportFailed : null;
        }

        if (LagHides(silence, timing, tick, health, reading) is { } left)
        {
            LookAgainAt = now + left;
            return null;
        }

        if (IsHoleRepaired(now, timing, health))
        {
            return null;
        }

        // A close that goes on in spite of the verdict must not look again at every turn.
        LookAgain(now, timing, timing.Bound);
        return LossKind.HeartbeatTimedOut;
    }

    /// <summary>After a pause of ours that is long for this connection the peer gets, once in a silence, a fresh probe and the time to
    /// answer it.
    /// Later pauses in the same silence are only subtracted: else a process that stutters would never judge.</summary>
    /// <returns>True where the grace begins now.</returns>
    public bool TryGrantGrace(Instant lastReceived, HeartbeatTiming timing, in LocalHealth health, TimeSpan answerTime)
    {
        if (_graceUsed || health.Pauses.NewestLongerThan(timing.Bound / 4, lastReceived) is not { } pause)
        {
            return false;
        }

        _graceUsed = true;
        _graceUntil = pause.End + timing.ReceiveInterval + answerTime;
        return true;
    }

    public void WatchHole(Instant now, in WitnessReading reading)
    {
        if (reading.OutOfOrder is not { } packets)
        {
            return;
        }

        if (_outOfOrder is { } before && packets > before)
        {
            _outOfOrderGrewAt = now;
        }

        _outOfOrder = packets;
    }

    private bool IsInGrace(Instant now)
    {
        if (!_graceUsed || now >= _graceUntil)
        {
            ExcusedAfterOwnPause = _graceSince is { } since ? _graceUntil - since : TimeSpan.Zero;
            return false;
        }

        _graceSince ??= now;
        LookAgainAt = _graceUntil;
        return true;
    }

    private bool IsReaderBehind(Instant now, HeartbeatTiming timing, in LocalHealth health, WitnessReading reading)
    {
        bool lagging = health.PoolLag >= timing.ReceiveInterval;
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
        TimeSpan left = timing.Bound - (_stuckSince is { } since ? health.Pauses.RunningTime(since, now) : TimeSpan.Zero);
        ReaderIsStuck = left <= TimeSpan.Zero;
        LookAgain(now, timing, left);
        return true;
    }

    /// <summary>Where completed reads can hide, what came while our pool was behind is not read yet, and may be the beat, or the answer,
    /// that is missed. A pool that is less than an interval behind gets to it soon: that much is taken off. One that is further behind is
    /// an excuse for as long as it is.</summary>
    /// <returns>How much is then left of the deadline; null = nothing is.</returns>
    private static TimeSpan? LagHides(
        TimeSpan silence, HeartbeatTiming timing, TimeSpan tick, in LocalHealth health, in WitnessReading reading)
    {
        TimeSpan left = timing.Deadline - (silence - health.PoolLag);
        return reading.HidesCompletedReads && health.PoolLag >= tick && left > TimeSpan.Zero ? left : null;
    }

    /// <summary>
    /// TCP delivers nothing behind a lost segment; while segments keep arriving behind it, the path lives. At most one further bound in a
    /// silence.
    /// </summary>
    private bool IsHoleRepaired(Instant now, HeartbeatTiming timing, in LocalHealth health)
    {
        if (_outOfOrderGrewAt is not { } grewAt || health.Pauses.RunningTime(grewAt, now) > timing.ReceiveInterval)
        {
            return false;
        }

        _holeSince ??= now;
        ExcusedForHoleRepair = health.Pauses.RunningTime(_holeSince.Value, now);
        LookAgain(now, timing, timing.Bound - ExcusedForHoleRepair);
        return ExcusedForHoleRepair < timing.Bound;
    }

    /// <summary>Every half interval, and when the excuse runs out.</summary>
    private void LookAgain(Instant now, HeartbeatTiming timing, TimeSpan left)
    {
        LookAgainAt = now + Durations.Shorter(timing.ReceiveInterval / 2, left);
    }
}
