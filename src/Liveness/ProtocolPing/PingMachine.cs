namespace Liveness;

/// <summary>
/// A connection that is heard, or asked by a ping of the application's own protocol: when to ask, when to worry, when to judge.
/// </summary>
/// <remarks>Pure, as <see cref="HeartbeatMachine"/>, whose judgement of a silence (<see cref="Suspicion"/>) it shares: every decision is a
/// function of what was put in and the time
/// that came with it, and has a due time of its own. Not thread-safe: its owner holds the lock.</remarks>
internal sealed partial class PingMachine
{
    private PingRate _rate;
    private JitterSource _jitter;
    private TimeSpan _pingAfter;
    private Instant _lastReceived;
    private Instant _lookedAt;

    /// <summary>
    /// How much of the present silence does not count: what it had come to when the bound became shorter, and what our own pool has kept a
    /// ping for.
    /// </summary>
    private TimeSpan _forgiven;

    /// <summary>The latter alone, for the evidence.</summary>
    private TimeSpan _heldUp;

    public PingMachine(PingRate rate, ulong seed, Instant now)
    {
        _rate = rate;
        _jitter = new JitterSource(seed);
        _pingAfter = NextPingAfter();
        _lastReceived = now;
        _lookedAt = now;
    }

    public HeartbeatTiming Timing => _rate.Timing;

    public ConnectionState State => _suspicion is null ? ConnectionState.Alive : ConnectionState.Suspect;

    public ConnectionConditions Conditions { get; private set; }

    public Instant LastReceived => _lastReceived;

    /// <summary>The next byte is waited for: it answers a ping, ends a suspicion or a condition, or refutes a failure.</summary>
    public bool AwaitsByte => _askedAt is not null || _suspicion is not null || _failure is not null || (Conditions & ConnectionConditions.WeAreBehind) != 0;

    /// <summary>Any byte is life, and ends a silence with all its excuses.</summary>
    /// <param name="at">When; one that has come before a ping is no answer to it.</param>
    public void OnReceived(Instant at)
    {
        _lastReceived = Instant.Max(_lastReceived, at);
        _suspicion = null;
        _kernel = null;
        _forgiven = TimeSpan.Zero;
        _heldUp = TimeSpan.Zero;
        Conditions &= ~ConnectionConditions.WeAreBehind;
        NoteAnswer(at);
        if (_failure is not null && at >= _failedAt)
        {
            _failure = null;
        }
    }

    public TimeSpan Silence(Instant now, in LocalHealth health) => health.Pauses.RunningTime(_lastReceived, now);

    /// <summary>A new bound, at once. Where it is shorter, the silence so far is forgiven as far as the old bound allows: no live
    /// connection is lost by the change, for it gets the whole
    /// of the new bound to answer in; and a dead one is found no later than it would have been, or than the new bound after the
    /// change.</summary>
    public void Change(PingRate rate, Instant now, in LocalHealth health)
    {
        TimeSpan before = _rate.Judges ? _rate.Timing.Deadline + _forgiven : TimeSpan.MaxValue;
        TimeSpan gain = rate.Judges ? before - rate.Timing.Deadline : TimeSpan.Zero;
        _forgiven = Shorter(Silence(now, health), gain > TimeSpan.Zero ? gain : TimeSpan.Zero);
        _rate = rate;
        _pingAfter = NextPingAfter();
        if (!rate.Judges)
        {
            _suspicion = null;
            _kernel = null;
            _isStuck = false;
        }

        Conditions = CurrentConditions(now, health);
    }

    /// <summary>The part of the silence that is held against the peer.</summary>
    private TimeSpan Judged(Instant now, in LocalHealth health) => Silence(now, health) - _forgiven - HeldUp(now, health);

    /// <summary>Connections that began together are not to ask together for ever.</summary>
    private TimeSpan NextPingAfter() => _rate.Judges ? _rate.Interval * (0.75 + (0.25 * _jitter.NextFraction())) : TimeSpan.MaxValue;

    private static TimeSpan Shorter(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
