using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Liveness;

/// <summary>Something that wants to be woken: one per connection, filed in the wheel without allocation.</summary>
internal abstract class SchedulerEntry
{
    /// <summary>The slot number of an entry that is in no list.</summary>
    internal const short NotFiled = -1;

    /// <summary>Filing, the wheel's own: neighbours in the list of <see cref="Slot"/>.</summary>
    internal SchedulerEntry? Next { get; set; }

    internal SchedulerEntry? Previous { get; set; }

    internal short Slot { get; set; } = NotFiled;

    /// <summary>When it is due; <see cref="Instant.Never"/> while it is not filed.</summary>
    internal Instant Due { get; set; } = Instant.Never;

    /// <summary>The scheduler that it goes by: set by its maker, or by the scheduler when it is registered. Changed under that one's lock,
    /// and only while it is not registered.</summary>
    internal LivenessScheduler? Scheduler { get; set; }

    /// <summary>Registration, the scheduler's own, under its lock.</summary>
    internal bool IsRegistered { get; set; }

    /// <summary>The tick that it asked for, as <see cref="RegisteredTicks.Add"/> counted it.</summary>
    internal byte TickMilliseconds { get; set; }

    /// <summary>
    /// The scheduler's own, under its lock: when it is to be called, at <see cref="Due"/> or later. Reached too early it is only filed
    /// anew. While <see cref="OnDue"/> runs, the earliest time that was asked for meanwhile.
    /// </summary>
    internal Instant Wanted { get; set; } = Instant.Never;

    internal bool IsRunning { get; set; }

    /// <summary>Told of pauses of this process. Any thread.</summary>
    public virtual ILogger Logger => NullLogger.Instance;

    /// <summary>Called at or after the due time, never twice at once, on the scheduler's thread: must not block.</summary>
    /// <returns>
    /// When to be called next; <see cref="Instant.Never"/> = not until scheduled again. A time that is already past counts as one
    /// millisecond from now, so that no entry keeps the thread busy.
    /// </returns>
    public abstract Instant OnDue(Instant now);

    /// <summary>
    /// The local network has changed: whoever has something to ask the peer may ask soon. Called on any thread but the scheduler's, under
    /// no lock; also after the entry has left.
    /// </summary>
    /// <param name="from">Not before this; at most a second from now.</param>
    public virtual void OnNetworkChanged(Instant from)
    {
    }
}
