namespace Liveness.Tests.Scheduling;

/// <summary>
/// A scheduler that the test calls, and that measures the lag of the test's own work queue, four times a second as the one of the system
/// does.
/// </summary>
internal sealed class LaggingScheduler : LivenessScheduler
{
    private static readonly TimeSpan s_probeInterval = TimeSpan.FromMilliseconds(250);

    private readonly PoolLagProbe _lag;
    private Instant _nextProbe;

    public LaggingScheduler(TimeProvider timeProvider)
        : base(timeProvider)
    {
        _lag = new PoolLagProbe(WorkQueue, timeProvider);
        _nextProbe = Now;
    }

    public override PauseLedger Pauses => PauseLedger.Empty;

    public override LocalHealth Observe(Instant now) => new(Pauses, _lag.Lag(now)) { PoolSpells = _lag.Spells };

    public override void ProbePoolLag() => _lag.Queue();

    public void Pass()
    {
        if (Now >= _nextProbe)
        {
            _nextProbe = Now + s_probeInterval;
            ProbePoolLag();
        }

        RunDue(Now);
    }

    protected override void OnRegistered()
    {
    }

    protected override void WakeBy(Instant due)
    {
    }
}
