namespace Liveness;

/// <summary>Something that wants to be woken: one per connection, filed in the wheel without allocation.</summary>
internal abstract class SchedulerEntry
{
    /// <summary>Called at or after the due time, never twice at once, on the scheduler's thread: must not block.</summary>
    /// <returns>When to be called next; <see cref="Instant.Never"/> = not until scheduled again.</returns>
    public abstract Instant OnDue(Instant now);
}
