using System.Diagnostics;

namespace Liveness;

/// <summary>
/// The scheduler of the system clock: one dedicated thread, so that a starved thread pool delays no judgement and no beat.
/// </summary>
/// <remarks>
/// The thread exists while entries are registered and a while longer. Its own lateness is how pauses of this process are found.
/// </remarks>
internal sealed class ThreadScheduler : LivenessScheduler
{
    /// <summary>How long the thread stays after the last entry has left: connections that come and go do not start one each.</summary>
    public static readonly TimeSpan DefaultLinger = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan s_probeInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Windows wakes threads on a clock of 15.6 ms by default: lateness up to that is no pause of ours.</summary>
    private static readonly TimeSpan s_timerResolution = OperatingSystem.IsWindows() ? TimeSpan.FromMilliseconds(16) : TimeSpan.Zero;

    private readonly object _bell = new();
    private readonly TimeSpan _linger;
    private readonly PoolLagProbe _poolLag;

    /// <summary>Moved on under the lock of the scheduler; its pauses may be read without it.</summary>
    private readonly PauseDetector _detector;
    private readonly NetworkSubscription? _network;

    /// <summary>Only on the thread.</summary>
    private Instant _nextProbe;

    /// <summary>Only on the thread.</summary>
    private TimeSpan _pauseToReport;

    /// <summary>Only on the thread.</summary>
    private Instant _lingerUntil = Instant.Never;

    /// <summary>Under the lock of the scheduler.</summary>
    private bool _hasThread;

    /// <summary>Under the lock of the scheduler.</summary>
    private bool _isAsleep;

    /// <summary>Under the lock of the bell.</summary>
    private bool _hasRung;

    /// <param name="networkEvents">Null = changes of the network are not listened to.</param>
    public ThreadScheduler(TimeProvider timeProvider, TimeSpan linger, INetworkEvents? networkEvents = null)
        : base(timeProvider)
    {
        _linger = linger;
        _poolLag = new PoolLagProbe(WorkQueue, timeProvider);
        _detector = new PauseDetector(Now);
        _nextProbe = Now;
        _network = networkEvents is null ? null : new NetworkSubscription(this, networkEvents, () => HasThread);
    }

    public override PauseLedger Pauses => _detector.Pauses;

    private bool HasThread
    {
        get
        {
            lock (Gate)
            {
                return _hasThread;
            }
        }
    }

    /// <summary>Later than this is a pause.</summary>
    private TimeSpan Tolerance => Ticks.Smallest > s_timerResolution ? Ticks.Smallest : s_timerResolution;

    public override LocalHealth Observe(Instant now)
    {
        // In this order: a spell that ends in between is then in the ledger, or still in the lag.
        TimeSpan lag = _poolLag.Lag(now);
        return new LocalHealth(_detector.At(now, Tolerance), lag) { PoolSpells = _poolLag.Spells };
    }

    public override void ProbePoolLag() => _poolLag.Queue();

    protected override void OnRegistered()
    {
        bool starts = false;
        lock (Gate)
        {
            if (!_hasThread && Ticks.Count > 0)
            {
                starts = true;
                // Counts as awake: how long the start takes is lateness, too.
                _detector.Expect(Now);
                _isAsleep = false;
                Thread thread = new(Run) { IsBackground = true, Name = "Liveness wheel" };
                thread.UnsafeStart();
                _hasThread = true;
            }
        }

        if (starts)
        {
            _network?.Review();
        }

        WakeBy(Now + Ticks.Smallest);
    }

    protected override void WakeBy(Instant due)
    {
        lock (Gate)
        {
            // A thread that is awake looks at the wheel before it sleeps.
            if (!_isAsleep || due >= _detector.Expected)
            {
                return;
            }

            _detector.Expect(Instant.Min(_detector.Expected, Instant.Max(due, Now)));
        }

        lock (_bell)
        {
            _hasRung = true;
            Monitor.Pulse(_bell);
        }
    }

    protected override void NoteStepNeedsLock(Instant now)
    {
        Debug.Assert(Gate.IsHeldByCurrentThread);
        _pauseToReport += _detector.Ran(now, Tolerance);
    }

    /// <summary>On the scheduler's thread, without the lock: reports a pause.</summary>
    protected override void AfterStep()
    {
        if (_pauseToReport > TimeSpan.Zero)
        {
            WorkQueue.PostForeign(ForeignLane.Handlers, new PauseReport(this, _pauseToReport));
            _pauseToReport = TimeSpan.Zero;
        }
    }

    private void Run()
    {
        do
        {
            Instant now;
            lock (Gate)
            {
                // A pause is in the ledger before any entry of this pass is judged.
                now = Now;
                _isAsleep = false;
                NoteStepNeedsLock(now);
            }

            AfterStep();
            if (now >= _nextProbe)
            {
                _poolLag.Queue();
                _nextProbe = now + s_probeInterval;
            }

            RunDue(now);
        }
        while (Sleep());
        _network?.Review();
    }

    /// <returns>False = the thread is no longer needed.</returns>
    private bool Sleep()
    {
        int wait;
        lock (Gate)
        {
            Instant now = Now;
            NoteStepNeedsLock(now);
            Instant wake;
            if (Ticks.Count > 0)
            {
                _lingerUntil = Instant.Never;
                wake = WakePlan.Next(now, Ticks.Smallest, Wheel.NextDue, _nextProbe);
            }
            else
            {
                _lingerUntil = Instant.Min(_lingerUntil, now + _linger);
                if (now >= _lingerUntil)
                {
                    _lingerUntil = Instant.Never;
                    _hasThread = false;
                    return false;
                }

                wake = _lingerUntil;
            }

            _detector.Expect(wake);
            _isAsleep = true;
            wait = WakePlan.WaitMilliseconds(now, wake);
        }

        AfterStep();
        lock (_bell)
        {
            if (!_hasRung)
            {
                Monitor.Wait(_bell, wait);
            }

            _hasRung = false;
        }

        return true;
    }
}
