using static Liveness.Durations;

namespace Liveness.Advice;

/// <summary>
/// How long a bound the connections of one name have needed so far, in memory that does not grow: what an advice is made of.
/// </summary>
/// <remarks>
/// Any thread. Needs are noted without a lock, for that may be done under the lock of a connection: each number is right by itself, and a
/// reader may see one of them sooner than another. Times are those of one clock.
/// <para>Not needs are counted, but moments: a stall of a network shows in every connection and in several beats, and is one event all the
/// same.</para>
/// </remarks>
internal sealed class BoundTally
{
    /// <summary>Neighbours differ by 9 %.</summary>
    private const int StepsPerOctave = 8;

    /// <summary>Up to a day, and a little more.</summary>
    private const int Steps = 24 * StepsPerOctave;

    /// <summary>Less can't be asked for, and is not worth being counted.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromMilliseconds(10);

    /// <summary>What lies nearer together is one moment.</summary>
    private static readonly TimeSpan s_moment = TimeSpan.FromMinutes(1);

    /// <summary>An advice of that age is as good as a new one.</summary>
    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();

    /// <summary>The newest advice. Any thread: the last one stays.</summary>
    private Given? _given;

    /// <summary>Null until a need is noted: most connections on a healthy network never have one. Interlocked.</summary>
    private Moments[]? _moments;

    /// <summary>Somebody has been heard whose silence is judged. Set once, by any thread.</summary>
    private volatile bool _isJudging;

    /// <summary>Ticks. Interlocked.</summary>
    private long _longest;

    /// <summary>Interlocked.</summary>
    private long _losses;

    /// <summary>Under the lock.</summary>
    private int _watched;

    /// <summary>Since when there is anything to watch. Under the lock.</summary>
    private Instant _watchedSince;

    /// <summary>Until then. Under the lock.</summary>
    private TimeSpan _watchedBefore;

    /// <summary>The longest need so far; zero = none was as long as <see cref="Least"/>.</summary>
    public TimeSpan Longest => new(Interlocked.Read(ref _longest));

    /// <summary>Losses that were told for a silence. Nobody knows how many of these were false.</summary>
    public long Losses => Interlocked.Read(ref _losses);

    public void NoteLoss() => Interlocked.Increment(ref _losses);

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
                _watchedBefore += Longer(now - _watchedSince, TimeSpan.Zero);
            }
        }
    }

    /// <summary>The time in which at least one connection was watched.</summary>
    public TimeSpan WatchedFor(Instant now)
    {
        lock (_gate)
        {
            return _watched > 0 ? _watchedBefore + Longer(now - _watchedSince, TimeSpan.Zero) : _watchedBefore;
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

        if (needed < Least)
        {
            return;
        }

        Moments[] moments = Volatile.Read(ref _moments) ?? LazyInitializer.EnsureInitialized(ref _moments, static () => new Moments[Steps]);
        int step = StepOf(needed);

        // Whoever is longer than this one was noted here, too: mostly this is all.
        while (step >= 0 && moments[step].TryCount(now))
        {
            step--;
        }

        long longest = Interlocked.Read(ref _longest);
        while (longest < needed.Ticks)
        {
            long seen = Interlocked.CompareExchange(ref _longest, needed.Ticks, longest);
            if (seen == longest)
            {
                return;
            }

            longest = seen;
        }
    }

    /// <summary>In how many moments a need was longer: at least so many, and some of nearly that length may be counted.</summary>
    public long LongerThan(TimeSpan bound) =>
        Longest <= bound || Volatile.Read(ref _moments) is not { } moments ? 0 : moments[StepOf(Longer(bound, Least))].Count;

    private static int StepOf(TimeSpan needed) =>
        Math.Min((int)(Math.Log2(needed / Least) * StepsPerOctave), Steps - 1);

    private sealed record Given(BoundAdvice? Advice, Instant At);

    /// <summary>In how many moments at least so much was needed.</summary>
    private struct Moments
    {
        private long _count;

        /// <summary>Ticks + 1; zero = never.</summary>
        private long _last;

        public readonly long Count => Volatile.Read(in _count);

        /// <returns>False = it belongs to a moment that is counted.</returns>
        public bool TryCount(Instant now)
        {
            long last = Volatile.Read(ref _last);
            bool isNew = last == 0 || now.Ticks + 1 - last >= s_moment.Ticks;
            if (!isNew || Interlocked.CompareExchange(ref _last, now.Ticks + 1, last) != last)
            {
                return false;
            }

            Interlocked.Increment(ref _count);
            return true;
        }
    }
}
