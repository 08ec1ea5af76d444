namespace Liveness;

/// <summary>The shell of a <see cref="Burst{TEvent}"/>: asks the clock, and writes the summary when it is due.</summary>
/// <typeparam name="TEvent">What comes.</typeparam>
/// <param name="rule">How many are many.</param>
/// <param name="newTally">For each window.</param>
/// <param name="timeProvider">The clock; guarded.</param>
internal sealed class BurstLog<TEvent>(BurstRule rule, Func<IBurstTally<TEvent>> newTally, TimeProvider timeProvider) : IHeldLines
{
    /// <summary>A timer of zero would run inside the call that sets it, with many a clock of tests.</summary>
    private static readonly TimeSpan s_least = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new();

    /// <summary>All its members under the lock.</summary>
    private readonly Burst<TEvent> _burst = new(rule, newTally);

    /// <summary>Under the lock. Who has set it owns the timer, until it is reset.</summary>
    private bool _isArmed;

    /// <summary>Under the lock. Made when something is first held, as the timer.</summary>
    private WeakReference<IHeldLines>? _self;

    /// <summary>Made when something is first held: as a rule nothing ever is. Its owner's.</summary>
    private ITimer? _timer;

    /// <summary>Nothing is held, and nothing goes on.</summary>
    public bool IsIdle
    {
        get
        {
            Instant now = Instant.Now(timeProvider);
            lock (_gate)
            {
                return !_isArmed && _burst.IsIdle(now);
            }
        }
    }

    /// <summary>An event has come. Any thread, under no lock.</summary>
    /// <returns>Whether it is to be told by a line of its own.</returns>
    public bool Note(in TEvent one)
    {
        Instant now = Instant.Now(timeProvider);
        bool isClosed;
        IBurstTally<TEvent>? tally;
        BurstCount count;
        bool isToBeTold;
        bool arms;
        TimeSpan delay;
        lock (_gate)
        {
            isClosed = _burst.TryClose(now, out tally, out count);
            isToBeTold = _burst.Note(one, now);
            delay = _burst.Due == Instant.Never ? TimeSpan.Zero : _burst.Due - now;
            arms = !isToBeTold && !_isArmed;
            if (arms)
            {
                _isArmed = true;
                LastLines.Hold(_self ??= new WeakReference<IHeldLines>(this));
            }
        }

        if (isClosed)
        {
            tally!.Tell(count);
        }

        if (arms)
        {
            Arm(delay);
        }

        return isToBeTold;
    }

    /// <inheritdoc/>
    public void TellNow() => Close(Instant.Never);

    private void Arm(TimeSpan delay)
    {
        _timer ??= Detached.CreateTimer(
            timeProvider, static state => ((BurstLog<TEvent>)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(Durations.Longer(delay, s_least), Timeout.InfiniteTimeSpan);
    }

    private void OnTimer()
    {
        Close(Instant.Now(timeProvider));
        Instant now = Instant.Now(timeProvider);
        Instant due;
        lock (_gate)
        {
            due = _burst.Due;
            _isArmed = due != Instant.Never;
            if (!_isArmed)
            {
                LastLines.Release(_self!);
            }
        }

        if (due != Instant.Never)
        {
            Arm(due - now);
        }
    }

    private void Close(Instant now)
    {
        bool isClosed;
        IBurstTally<TEvent>? tally;
        BurstCount count;
        lock (_gate)
        {
            isClosed = _burst.TryClose(now, out tally, out count);
        }

        if (isClosed)
        {
            tally!.Tell(count);
        }
    }
}
