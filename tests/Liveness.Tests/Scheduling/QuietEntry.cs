namespace Liveness.Tests.Scheduling;

/// <summary>An entry that is only filed, never called.</summary>
internal sealed class QuietEntry(int number) : SchedulerEntry
{
    public int Number => number;

    public override Instant OnDue(Instant now) => Instant.Never;
}
