namespace Liveness;

/// <summary>How this process itself is doing, as far as judging others needs it.</summary>
/// <param name="Pauses">The intervals in which this process could not run.</param>
/// <param name="PoolLag">How far the thread pool is behind now.</param>
internal readonly record struct LocalHealth(PauseLedger Pauses, TimeSpan PoolLag)
{
    public static LocalHealth Perfect => new(PauseLedger.Empty, TimeSpan.Zero);

    /// <summary>The spells that are over in which the thread pool was behind: in them this process ran, and its work items did
    /// not.</summary>
    public PauseLedger PoolSpells { get; init; } = PauseLedger.Empty;

    /// <summary>The part of an interval in which this process ran, but its thread pool was behind: in spells of at least
    /// <paramref name="least"/>, with one that is still open.</summary>
    public TimeSpan PoolBehind(TimeSpan least, Instant from, Instant to)
    {
        TimeSpan behind = PoolSpells.OverlapOfLong(least, from, to, Pauses);
        if (PoolLag < least || PoolLag == TimeSpan.Zero)
        {
            return behind;
        }

        // A lag that was measured before and still stands reaches into a spell that is in the ledger.
        Instant began = Instant.Max(from, Instant.Max(to - PoolLag, PoolSpells.End));
        return began < to ? behind + Pauses.RunningTime(began, to) : behind;
    }
}
