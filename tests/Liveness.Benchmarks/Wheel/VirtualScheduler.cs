namespace Liveness.Benchmarks;

/// <summary>The library's scheduler, passes and locks included, driven by virtual time instead of by its thread.</summary>
internal sealed class VirtualScheduler(TimeProvider timeProvider) : LivenessScheduler(timeProvider)
{
    public override PauseLedger Pauses => PauseLedger.Empty;

    public override LocalHealth Observe(Instant now) => LocalHealth.Perfect;

    public override void ProbePoolLag()
    {
    }

    /// <returns>How many entries were due.</returns>
    public int Pass() => RunDue(Now);

    protected override void OnRegistered()
    {
    }

    protected override void WakeBy(Instant due)
    {
    }
}
