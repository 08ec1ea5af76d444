namespace Liveness.Advice;

/// <summary>What the connections of one name have needed within some weeks, in memory that does not grow.</summary>
/// <remarks>Any thread, without a lock: each number is right by itself, and a reader may see one of them sooner than another.</remarks>
/// <param name="begun">Nothing before belongs to it.</param>
internal sealed class BoundWindow(Instant begun)
{
    /// <summary>Neighbours differ by 9 %.</summary>
    private const int StepsPerOctave = 8;

    /// <summary>Up to a day, and a little more.</summary>
    private const int Steps = 24 * StepsPerOctave;

    /// <summary>What comes within the same one is one event.</summary>
    private static readonly TimeSpan s_moment = TimeSpan.FromMinutes(1);

    /// <summary>Null until a need is noted: most connections on a healthy network never have one. Interlocked.</summary>
    private Moments[]? _moments;

    /// <summary>Ticks. Interlocked.</summary>
    private long _longest;

    /// <summary>Interlocked.</summary>
    private long _losses;

    public Instant Begun => begun;

    /// <summary>How long anything was watched, but for what is watched now. Under the lock of its tally.</summary>
    public TimeSpan Watched { get; set; }

    /// <summary>Zero = none was as long as <see cref="BoundTally.Least"/>.</summary>
    public TimeSpan Longest => new(Interlocked.Read(ref _longest));

    public long Losses => Interlocked.Read(ref _losses);

    public void NoteLoss() => Interlocked.Increment(ref _losses);

    /// <param name="needed">At least <see cref="BoundTally.Least"/>.</param>
    /// <param name="now">The present.</param>
    public void Note(TimeSpan needed, Instant now)
    {
        Moments[] moments = Volatile.Read(ref _moments) ?? LazyInitializer.EnsureInitialized(ref _moments, static () => new Moments[Steps]);

        // Who has counted this moment for a step has counted it for all that are shorter.
        long moment = (now.Ticks / s_moment.Ticks) + 1;
        int step = StepOf(needed);
        while (step >= 0 && moments[step].TryCount(moment))
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
        Longest <= bound || Volatile.Read(ref _moments) is not { } moments
            ? 0
            : moments[StepOf(Durations.Longer(bound, BoundTally.Least))].Count;

    private static int StepOf(TimeSpan needed) =>
        Math.Min((int)(Math.Log2(needed / BoundTally.Least) * StepsPerOctave), Steps - 1);

    /// <summary>In how many moments at least so much was needed.</summary>
    private struct Moments
    {
        private long _count;

        /// <summary>The newest that is counted; zero = none.</summary>
        private long _last;

        public readonly long Count => Volatile.Read(in _count);

        /// <returns>False = this moment is counted.</returns>
        public bool TryCount(long moment)
        {
            long last = Volatile.Read(ref _last);
            if (moment <= last || Interlocked.CompareExchange(ref _last, moment, last) != last)
            {
                return false;
            }

            Interlocked.Increment(ref _count);
            return true;
        }
    }
}
