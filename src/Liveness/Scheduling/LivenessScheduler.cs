using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Liveness;

/// <summary>
/// Wakes the entries of all connections that share one <see cref="System.TimeProvider"/>, and knows how this process itself is doing.
/// </summary>
/// <remarks>One lock guards the wheel and the registrations; it is never held while an entry, a queue or the provider is called.</remarks>
internal abstract class LivenessScheduler
{
    private static readonly ConditionalWeakTable<TimeProvider, LivenessScheduler> s_schedulers = [];
    private static readonly TimeSpan s_retryAfterFailure = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_leastAdvance = TimeSpan.FromMilliseconds(1);

    /// <summary>Under the lock.</summary>
    private readonly NetworkChangePacing _networkChanges = new();
    private volatile Exception? _lastEntryFailure;

    /// <summary>Under the lock.</summary>
    private SchedulerEntry? _running;

    protected LivenessScheduler(TimeProvider timeProvider)
    {
        TimeProvider = timeProvider;
        WorkQueue = WorkQueue.Of(timeProvider);
        Wheel = new TimerWheel(Now);
    }

    /// <summary>The system's, or a <see cref="GuardedTimeProvider"/>: what everybody goes by who has this scheduler.</summary>
    public TimeProvider TimeProvider { get; }

    public Instant Now => Instant.Now(TimeProvider);

    /// <summary>The thread pool, or the queue that the provider brings.</summary>
    public WorkQueue WorkQueue { get; }

    /// <summary>Our own pauses so far, without one that is still open: see <see cref="Observe"/>.</summary>
    public abstract PauseLedger Pauses { get; }

    /// <summary>
    /// The newest exception out of an entry, null = none. It is also traced, and the entry is called again after a second.
    /// </summary>
    public Exception? LastEntryFailure => _lastEntryFailure;

    protected Lock Gate { get; } = new();

    protected TimerWheel Wheel { get; }

    protected RegisteredTicks Ticks { get; } = new();

    /// <summary>The one scheduler of this provider, or of its guard.</summary>
    public static LivenessScheduler For(TimeProvider timeProvider) =>
        ReferenceEquals(timeProvider, TimeProvider.System)
            ? OfSystem.Instance
            : s_schedulers.GetValue(GuardedTimeProvider.Of(timeProvider), static guard => new ProviderScheduler(guard));

    /// <summary>The guard of a logger of somebody who goes by this clock: it is told if the clock fails.</summary>
    public GuardedLogger Guard(ILogger? logger)
    {
        GuardedLogger guard = WorkQueue.Guard(logger);
        (TimeProvider as GuardedTimeProvider)?.TellIfItFails(guard);
        return guard;
    }

    /// <summary>Makes the entry known; a second call changes its tick only.</summary>
    /// <param name="tick">How closely this entry wants our own pauses watched; the smallest of all, within 5 ms to 100 ms, holds for
    /// all.</param>
    /// <exception cref="InvalidOperationException">The entry is registered with another scheduler.</exception>
    public void Register(SchedulerEntry entry, TimeSpan tick)
    {
        lock (Gate)
        {
            if (entry.IsRegistered)
            {
                if (entry.Scheduler != this)
                {
                    throw new InvalidOperationException("The entry is registered with another scheduler.");
                }

                Ticks.Remove(entry.TickMilliseconds);
            }

            entry.Scheduler = this;
            entry.IsRegistered = true;
            entry.TickMilliseconds = Ticks.Add(tick);
        }

        OnRegistered();
    }

    /// <summary>After it has returned, the entry is not called any more; a call that has begun may still run. Idempotent.</summary>
    public void Unregister(SchedulerEntry entry)
    {
        lock (Gate)
        {
            if (IsRegisteredNeedsLock(entry))
            {
                entry.IsRegistered = false;
                entry.Wanted = Instant.Never;
                Ticks.Remove(entry.TickMilliseconds);
                Wheel.Cancel(entry);
            }
        }
    }

    /// <summary>
    /// The entry is called no later than <paramref name="due"/>: an earlier time that is already filed stays, a later one moves. Ignored
    /// when it is not registered. Any thread.
    /// </summary>
    public void Schedule(SchedulerEntry entry, Instant due)
    {
        lock (Gate)
        {
            if (!IsRegisteredNeedsLock(entry))
            {
                return;
            }

            if (entry.IsRunning || entry.Due <= due)
            {
                entry.Wanted = Instant.Min(entry.Wanted, due);
                return;
            }

            FileNeedsLock(entry, due);
        }

        WakeBy(due);
    }

    /// <summary>The entry is not called before <paramref name="due"/>, unless a later <see cref="Schedule"/> asks for it. Cheap: it stays
    /// where it is filed until the wheel gets there. Any thread, but under the lock in which <paramref name="due"/> was worked out from all
    /// that the entry waits for:
    /// else it might undo what another thread has found since.</summary>
    /// <returns>
    /// False = nothing was changed: it is running, or not filed that early. Then <see cref="Schedule"/> it, without that lock.
    /// </returns>
    public bool TryPutOff(SchedulerEntry entry, Instant due)
    {
        lock (Gate)
        {
            if (!IsRegisteredNeedsLock(entry) || entry.IsRunning || entry.Due > due)
            {
                return false;
            }

            entry.Wanted = due;
            return true;
        }
    }

    /// <summary>
    /// Our own pauses, with one that is still open at <paramref name="now"/>, and how far the pool is behind. Any thread.
    /// </summary>
    public abstract LocalHealth Observe(Instant now);

    /// <summary>Measures the pool's lag now, unless a measurement is under way. Any thread.</summary>
    public abstract void ProbePoolLag();

    /// <summary>
    /// The local network has changed: tells every entry that waits for a time, at most once a second. Takes as long as there are entries:
    /// not for the scheduler's own thread.
    /// </summary>
    public void NoteNetworkChange()
    {
        Instant now = Now;
        List<SchedulerEntry> entries;
        Instant from;
        lock (Gate)
        {
            if (_networkChanges.Note(now) is not { } start)
            {
                return;
            }

            from = start;
            entries = WaitingNeedsLock();
        }

        foreach (SchedulerEntry entry in entries)
        {
            entry.OnNetworkChanged(from);
        }
    }

    /// <summary>
    /// The loggers of those that wait for a time, each once. Takes as long as there are entries: not for the scheduler's own thread.
    /// </summary>
    public IReadOnlyCollection<GuardedLogger> Loggers(int most)
    {
        List<SchedulerEntry> entries;
        lock (Gate)
        {
            entries = WaitingNeedsLock();
        }

        return [.. entries.Select(entry => WorkQueue.Guard(entry.Logger)).Where(static logger => !logger.IsNone).Distinct().Take(most)];
    }

    /// <summary>An entry was registered. Called without the lock.</summary>
    protected abstract void OnRegistered();

    /// <summary>An entry was filed for <paramref name="due"/> by another caller than a pass. Called without the lock.</summary>
    protected abstract void WakeBy(Instant due);

    /// <summary>Between two steps of a pass.</summary>
    protected virtual void NoteStepNeedsLock(Instant now)
    {
        Debug.Assert(Gate.IsHeldByCurrentThread);
    }

    /// <summary>The same, once the lock is released.</summary>
    protected virtual void AfterStep()
    {
    }

    /// <summary>One pass: calls all entries that are due. Never called twice at once.</summary>
    /// <returns>How many were due.</returns>
    protected int RunDue(Instant now)
    {
        int due;
        SchedulerEntry? entry;
        lock (Gate)
        {
            due = Wheel.Advance(now);
            entry = TakeDueNeedsLock(now);
        }

        while (entry is not null)
        {
            Instant next = Call(entry, now);
            now = Now;
            lock (Gate)
            {
                NoteStepNeedsLock(now);
                SettleNeedsLock(entry, next, now);
                entry = TakeDueNeedsLock(now);
            }

            AfterStep();
        }

        return due;
    }

    private bool IsRegisteredNeedsLock(SchedulerEntry entry)
    {
        Debug.Assert(Gate.IsHeldByCurrentThread);
        return entry.IsRegistered && entry.Scheduler == this;
    }

    private List<SchedulerEntry> WaitingNeedsLock()
    {
        Debug.Assert(Gate.IsHeldByCurrentThread);
        List<SchedulerEntry> entries = [];
        Wheel.CopyTo(entries);
        if (_running is not null)
        {
            entries.Add(_running);
        }

        return entries;
    }

    private SchedulerEntry? TakeDueNeedsLock(Instant now)
    {
        Debug.Assert(Gate.IsHeldByCurrentThread);
        SchedulerEntry? entry = Wheel.TakeDue();
        while (entry is not null && entry.Wanted > now)
        {
            FileNeedsLock(entry, entry.Wanted);
            entry = Wheel.TakeDue();
        }

        _running = entry;
        if (entry is not null)
        {
            entry.IsRunning = true;
            entry.Wanted = Instant.Never;
        }

        return entry;
    }

    private void FileNeedsLock(SchedulerEntry entry, Instant due)
    {
        Debug.Assert(Gate.IsHeldByCurrentThread);
        Wheel.Schedule(entry, due);
        entry.Wanted = due;
    }

    private Instant Call(SchedulerEntry entry, Instant now)
    {
        try
        {
            return entry.OnDue(now);
        }
        catch (Exception exception)
        {
            _lastEntryFailure = exception;
            WorkQueue.PostForeign(
                ForeignLane.Handlers, new ForeignFailure("a scheduled entry failed; it is called again in a second", exception));
            return now + s_retryAfterFailure;
        }
    }

    private void SettleNeedsLock(SchedulerEntry entry, Instant next, Instant now)
    {
        Debug.Assert(Gate.IsHeldByCurrentThread);
        entry.IsRunning = false;
        if (IsRegisteredNeedsLock(entry))
        {
            next = next <= now ? now + s_leastAdvance : next;
            FileNeedsLock(entry, Instant.Min(next, entry.Wanted));
        }
    }

    /// <summary>Made on first use, so that a program with only its own clocks gets no thread.</summary>
    private static class OfSystem
    {
        public static LivenessScheduler Instance { get; } = new ThreadScheduler(
            TimeProvider.System, ThreadScheduler.DefaultLinger, new SystemNetworkEvents());
    }
}
