namespace Liveness.Tests.Scheduling;

/// <summary>An entry that does what the test says, and notes when it was called.</summary>
internal sealed class CallbackEntry(Func<Instant, Instant> onDue) : SchedulerEntry
{
    public CallbackEntry()
        : this(_ => Instant.Never)
    {
    }

    public List<Instant> Calls { get; } = [];

    public override Instant OnDue(Instant now)
    {
        Calls.Add(now);
        return onDue(now);
    }
}
