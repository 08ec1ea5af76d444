namespace Liveness;

/// <summary>What is to be done with durations again and again.</summary>
internal static class Durations
{
    public static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    public static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    public static TimeSpan? NullIfZero(TimeSpan? span) => span == TimeSpan.Zero ? null : span;

    /// <summary>What is MaxValue within, so that it compares as the longest, is <see cref="Timeout.InfiniteTimeSpan"/> outside.</summary>
    public static TimeSpan Finite(TimeSpan span) => span == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : span;
}
