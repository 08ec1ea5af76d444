namespace Liveness;

/// <summary>
/// A point on the monotonic clock of one <see cref="TimeProvider"/>, in ticks of 100 ns since that provider's own origin.
/// </summary>
/// <remarks>Never wall-clock time: it can neither jump nor run backwards, and two providers' instants do not compare.</remarks>
internal readonly record struct Instant(long Ticks) : IComparable<Instant>
{
    private const long NanosecondsPerSecond = TimeSpan.NanosecondsPerTick * TimeSpan.TicksPerSecond;

    /// <summary>Later than every real instant: "no deadline".</summary>
    public static readonly Instant Never = new(long.MaxValue);

    public static Instant Now(TimeProvider timeProvider)
    {
        long timestamp = timeProvider.GetTimestamp();
        long frequency = timeProvider.TimestampFrequency;
        if (frequency == NanosecondsPerSecond)
        {
            // As nearly everywhere: a constant divides several times as fast.
            return new Instant(timestamp / TimeSpan.NanosecondsPerTick);
        }

        return new Instant(frequency % TimeSpan.TicksPerSecond == 0
            ? timestamp / (frequency / TimeSpan.TicksPerSecond)
            : (long)((Int128)timestamp * TimeSpan.TicksPerSecond / frequency));
    }

    public static TimeSpan operator -(Instant later, Instant earlier) => new(later.Ticks - earlier.Ticks);

    /// <summary>Saturates at the origin of time.</summary>
    public static Instant operator -(Instant instant, TimeSpan span)
    {
        long difference = unchecked(instant.Ticks - span.Ticks);
        bool overflowed = ((instant.Ticks ^ span.Ticks) & (instant.Ticks ^ difference)) < 0;
        return overflowed && span > TimeSpan.Zero ? new Instant(long.MinValue) : new Instant(difference);
    }

    /// <summary>Saturates at <see cref="Never"/>, so that infinite durations stay infinite.</summary>
    public static Instant operator +(Instant instant, TimeSpan span)
    {
        long sum = unchecked(instant.Ticks + span.Ticks);
        bool overflowed = ((instant.Ticks ^ sum) & (span.Ticks ^ sum)) < 0;
        return instant == Never || (overflowed && span > TimeSpan.Zero) ? Never : new Instant(sum);
    }

    public static bool operator <(Instant left, Instant right) => left.Ticks < right.Ticks;

    public static bool operator >(Instant left, Instant right) => left.Ticks > right.Ticks;

    public static bool operator <=(Instant left, Instant right) => left.Ticks <= right.Ticks;

    public static bool operator >=(Instant left, Instant right) => left.Ticks >= right.Ticks;

    /// <summary>The last multiple of <paramref name="step"/> that is not later: the same for all who ask in between.</summary>
    public Instant RoundDown(TimeSpan step) => new(Ticks - (Ticks % step.Ticks));

    public static Instant Min(Instant left, Instant right) => left < right ? left : right;

    public static Instant Max(Instant left, Instant right) => left > right ? left : right;

    public int CompareTo(Instant other) => Ticks.CompareTo(other.Ticks);

    public override string ToString() => this == Never ? "never" : new TimeSpan(Ticks).ToString("c");
}
