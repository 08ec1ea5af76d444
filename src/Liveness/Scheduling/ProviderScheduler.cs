namespace Liveness;

/// <summary>The scheduler of any other clock: one timer of that provider, armed for the earliest entry.</summary>
/// <remarks>
/// Entries are called where the provider runs its timers; those that are due at once, on the work queue, because many test clocks would run
/// a timer of zero inside the call that sets it. Pauses are not inferred (such a clock may jump for good reasons), and the pool is not
/// probed.
/// </remarks>
internal sealed class ProviderScheduler(TimeProvider timeProvider) : LivenessScheduler(timeProvider), IThreadPoolWorkItem
{
    private static readonly TimerCallback s_pass = static state => ((ProviderScheduler)state!).Pass(isTimer: true);

    /// <summary>Timers of .NET take at most 49 days; a timer that fires too early is armed again.</summary>
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromDays(1);

    /// <summary>A timer that cuts fractions of a millisecond off fires too early: not a reason to spin.</summary>
    private static readonly TimeSpan s_delayAfterEarlyTimer = TimeSpan.FromMilliseconds(1);

    /// <summary>Only by whoever arms it.</summary>
    private ITimer? _timer;

    /// <summary>Under the lock.</summary>
    private Instant _armedFor = Instant.Never;

    /// <summary>Under the lock.</summary>
    private bool _isArming;

    /// <summary>Under the lock.</summary>
    private bool _isPassing;

    public override PauseLedger Pauses => PauseLedger.Empty;

    public override LocalHealth Observe(Instant now) => LocalHealth.Perfect;

    public override void ProbePoolLag()
    {
    }

    void IThreadPoolWorkItem.Execute() => Pass(isTimer: false);

    protected override void OnRegistered()
    {
    }

    protected override void WakeBy(Instant due) => Arm(TimeSpan.Zero);

    private void Pass(bool isTimer)
    {
        Instant now = Now;
        lock (Gate)
        {
            _armedFor = Instant.Never;
            if (_isPassing)
            {
                // The pass that runs arms the timer when it ends.
                return;
            }

            _isPassing = true;
        }

        int due = RunDue(now);
        lock (Gate)
        {
            _isPassing = false;
        }

        Arm(isTimer && due == 0 ? s_delayAfterEarlyTimer : TimeSpan.Zero);
    }

    /// <summary>
    /// Arms the timer for the earliest entry. One caller at a time does it, without the lock (the provider is foreign code), and looks
    /// again afterwards for those who came meanwhile.
    /// </summary>
    private void Arm(TimeSpan leastDelay)
    {
        lock (Gate)
        {
            if (_isArming)
            {
                return;
            }

            _isArming = true;
        }

        bool completed = false;
        try
        {
            while (NeedsArming(out Instant next))
            {
                SetTimer(next - Now, leastDelay);
            }

            completed = true;
        }
        finally
        {
            if (!completed)
            {
                GiveUpArming();
            }
        }
    }

    private bool NeedsArming(out Instant next)
    {
        lock (Gate)
        {
            next = Wheel.NextDue;
            _isArming = !_isPassing && next < _armedFor;
            _armedFor = _isArming ? next : _armedFor;
            return _isArming;
        }
    }

    /// <summary>The provider threw: the next caller tries again.</summary>
    private void GiveUpArming()
    {
        lock (Gate)
        {
            _isArming = false;
            _armedFor = Instant.Never;
        }
    }

    private void SetTimer(TimeSpan delay, TimeSpan leastDelay)
    {
        if (delay <= TimeSpan.Zero)
        {
            WorkQueue.Post(this);
            return;
        }

        delay = Durations.Longer(delay, leastDelay);
        _timer ??= Detached.CreateTimer(TimeProvider, s_pass, this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(Durations.Shorter(delay, s_longestDelay), Timeout.InfiniteTimeSpan);
    }
}
