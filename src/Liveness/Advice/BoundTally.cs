using System.Diagnostics;
using static Liveness.Durations;

namespace Liveness.Advice;

/// <summary>How long a bound the connections of one name have needed lately: what an advice is made of.</summary>
/// <remarks>
/// Any thread. Needs are noted without a lock, but for one in a month, for that may be done under the lock of a connection. Times are those
/// of one clock.
/// <para>Not needs are counted, but moments: a stall of a network shows in every connection and in several beats, and is one event all the
/// same.</para>
/// </remarks>
internal sealed class BoundTally
{
    /// <summary>Less can't be asked for, and is not worth being counted.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromMilliseconds(10);

    /// <summary>What happened two of these ago is forgotten: networks and peers change.</summary>
    private static readonly TimeSpan s_term = TimeSpan.FromDays(30);

    /// <summary>An advice of that age is as good as a new one.</summary>
    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();

    /// <summary>Replaced under the lock, read without it; null until something is noted.</summary>
    private volatile BoundWindow? _current;

    /// <summary>The one before.</summary>
    private volatile BoundWindow? _earlier;

    /// <summary>The newest advice. Any thread: the last one stays.</summary>
    private Given? _given;

    /// <summary>Somebody has been heard whose silence is judged. Set once, by any thread.</summary>
    private volatile bool _isJudging;

    /// <summary>Under the lock.</summary>
    private int _watched;

    /// <summary>Since when there is anything to watch, in the present window. Under the lock.</summary>
    private Instant _watchedSince;

    /// <summary>The longest need; zero = none was as long as <see cref="Least"/>.</summary>
    public TimeSpan Longest => Longer(_current?.Longest ?? TimeSpan.Zero, _earlier?.Longest ?? TimeSpan.Zero);

    /// <summary>Losses that were told for a silence, at either end. Nobody knows how many of these were false.</summary>
    public long Losses => (_current?.Losses ?? 0) + (_earlier?.Losses ?? 0);

    public void NoteLoss(Instant now) => Current(now).NoteLoss();

    /// <summary>A connection is watched from here on.</summary>
    public void Begin(Instant now)
    {
        lock (_gate)
        {
            if (_watched++ == 0)
            {
                _watchedSince = now;
            }
        }
    }

    /// <summary>For each <see cref="Begin"/>.</summary>
    public void End(Instant now)
    {
        lock (_gate)
        {
            if (--_watched == 0)
            {
                CurrentNeedsLock(now).Watched += Longer(now - _watchedSince, TimeSpan.Zero);
            }
        }
    }

    /// <summary>The time in which at least one connection was watched.</summary>
    public TimeSpan WatchedFor(Instant now)
    {
        lock (_gate)
        {
            TimeSpan before = CurrentNeedsLock(now).Watched + (_earlier?.Watched ?? TimeSpan.Zero);
            return _watched > 0 ? before + Longer(now - _watchedSince, TimeSpan.Zero) : before;
        }
    }

    /// <returns>Null = too little was seen.</returns>
    public BoundAdvice? Advise(Instant now)
    {
        if (!_isJudging)
        {
            return null;
        }

        // A status page asks for thousands of connections at once.
        Given? given = Volatile.Read(ref _given);
        if (given is null || now - given.At >= s_fresh || now < given.At)
        {
            TimeSpan watchedFor = WatchedFor(now);
            given = new Given(watchedFor >= BoundAdvice.LeastWatched ? new BoundAdvice(this, watchedFor) : null, now);
            Volatile.Write(ref _given, given);
        }

        return given.Advice;
    }

    /// <summary>For whatever is heard of a peer whose silence is judged.</summary>
    /// <param name="needed">Zero = nothing was late.</param>
    /// <param name="now">The present.</param>
    public void Note(TimeSpan needed, Instant now)
    {
        if (!_isJudging)
        {
            _isJudging = true;
        }

        if (needed >= Least)
        {
            Current(now).Note(needed, now);
        }
    }

    /// <inheritdoc cref="BoundWindow.LongerThan"/>
    public long LongerThan(TimeSpan bound) => (_current?.LongerThan(bound) ?? 0) + (_earlier?.LongerThan(bound) ?? 0);

    private BoundWindow Current(Instant now)
    {
        if (_current is { } current && now - current.Begun < s_term)
        {
            return current;
        }

        lock (_gate)
        {
            return CurrentNeedsLock(now);
        }
    }

    private BoundWindow CurrentNeedsLock(Instant now)
    {
        Debug.Assert(_gate.IsHeldByCurrentThread);
        BoundWindow? current = _current;
        if (current is not null && now - current.Begun < s_term)
        {
            return current;
        }

        if (current is not null && _watched > 0)
        {
            current.Watched += Longer(now - _watchedSince, TimeSpan.Zero);
            _watchedSince = now;
        }

        _earlier = current;
        return _current = new BoundWindow(now);
    }

    private sealed record Given(BoundAdvice? Advice, Instant At);
}
