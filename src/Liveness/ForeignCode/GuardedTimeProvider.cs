using System.Runtime.CompilerServices;

namespace Liveness;

/// <summary>
/// A clock of others as this library uses one: it never throws. The first time that it would, the system's clock takes its place for good,
/// from the last time that was read, with every timer that is set.
/// </summary>
/// <remarks>
/// <para>For good: between two clocks that take turns time would jump, and a clock that throws can't be believed the next time. It is said
/// once to every logger that goes by this clock.</para>
/// <para>A clock that blocks can't be helped: whoever asks for the time waits for it. The system's clock has no guard, and costs nothing
/// more.</para>
/// </remarks>
internal sealed class GuardedTimeProvider : TimeProvider, IWorkQueueSource
{
    private static readonly ConditionalWeakTable<TimeProvider, GuardedTimeProvider> s_guards = [];

    private readonly TimeProvider _inner;
    private readonly Lock _gate = new();

    /// <summary>Added to under the lock.</summary>
    private readonly ConditionalWeakTable<GuardedLogger, object> _loggers = [];

    /// <summary>Under the lock.</summary>
    private readonly HashSet<GuardedTimer> _set = [];

    /// <summary>The last timestamp that was read. Any thread, no lock: the newest wins.</summary>
    private long _last;

    /// <summary>Set once, under the lock; read without it.</summary>
    private volatile ClockReplacement? _replacement;

    private GuardedTimeProvider(TimeProvider inner)
    {
        _inner = inner;
        TimestampFrequency = System.TimestampFrequency;
        try
        {
            // A clock made by a mocking library counts zero times a second.
            long frequency = inner.TimestampFrequency;
            TimestampFrequency = frequency > 0 ? frequency : throw new InvalidOperationException($"Its TimestampFrequency is {frequency}.");
        }
        catch (Exception failure)
        {
            Fail(failure);
        }
    }

    /// <value>Read once, when the guard was made.</value>
    public override long TimestampFrequency { get; }

    WorkQueue IWorkQueueSource.WorkQueue => WorkQueue.Of(_inner);

    /// <summary>Null = <see cref="Of"/> the clock was always good.</summary>
    public ClockReplacement? Replacement => _replacement;

    /// <summary>The guard of a clock: one for all who have the same. The system's clock needs none, and a guard is its own.</summary>
    public static TimeProvider Of(TimeProvider timeProvider) =>
        ReferenceEquals(timeProvider, System) || timeProvider is GuardedTimeProvider
            ? timeProvider
            : s_guards.GetValue(timeProvider, static inner => new GuardedTimeProvider(inner));

    public override long GetTimestamp()
    {
        if (_replacement is null)
        {
            try
            {
                long now = _inner.GetTimestamp();
                Volatile.Write(ref _last, now);
                return now;
            }
            catch (Exception failure)
            {
                Fail(failure);
            }
        }

        return _replacement!.Timestamp;
    }

    public override DateTimeOffset GetUtcNow()
    {
        if (_replacement is null)
        {
            try
            {
                return _inner.GetUtcNow();
            }
            catch (Exception failure)
            {
                Fail(failure);
            }
        }

        return System.GetUtcNow();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new GuardedTimer(this, _inner, callback, state, dueTime, period);

    /// <summary>Says it to this logger, when or if it fails. Once, however often it is called.</summary>
    public void TellIfItFails(GuardedLogger logger)
    {
        bool isNew;
        lock (_gate)
        {
            isNew = _loggers.TryAdd(logger, _loggers);
        }

        if (isNew && _replacement is { } replacement)
        {
            Tell(logger, replacement);
        }
    }

    /// <summary>The timer is set, and has to be moved if the clock fails.</summary>
    internal void Note(GuardedTimer timer)
    {
        lock (_gate)
        {
            if (_replacement is null)
            {
                _set.Add(timer);
            }
        }
    }

    /// <summary>The timer is no longer set.</summary>
    internal void Forget(GuardedTimer timer)
    {
        lock (_gate)
        {
            _set.Remove(timer);
        }
    }

    /// <summary>The system's clock takes over, unless it has already. Under no lock of the caller's.</summary>
    internal void Fail(Exception failure)
    {
        ClockReplacement replacement = new(_inner.GetType(), failure, Volatile.Read(ref _last), TimestampFrequency);
        GuardedTimer[] timers;
        GuardedLogger[] loggers;
        lock (_gate)
        {
            if (_replacement is not null)
            {
                return;
            }

            _replacement = replacement;
            timers = [.. _set];
            loggers = [.. _loggers.Select(static pair => pair.Key)];
            _set.Clear();
        }

        Array.ForEach(timers, static timer => timer.Replace());
        Array.ForEach(loggers, logger => Tell(logger, replacement));
        ((IWorkQueueSource)this).WorkQueue.PostForeign(ForeignLane.Handlers, new ForeignFailure(replacement.Text, failure));
    }

    private static void Tell(GuardedLogger logger, ClockReplacement replacement) =>
        ForeignCodeLog.ClockFailed(logger, replacement.Failure, replacement.Clock.Name);
}
