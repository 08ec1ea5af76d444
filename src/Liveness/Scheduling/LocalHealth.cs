namespace Liveness;

/// <summary>How this process itself is doing, as far as judging others needs it.</summary>
/// <param name="Pauses">The intervals in which this process could not run.</param>
/// <param name="PoolLag">How far the thread pool is behind now.</param>
internal readonly record struct LocalHealth(PauseLedger Pauses, TimeSpan PoolLag)
{
    public static LocalHealth Perfect => new(PauseLedger.Empty, TimeSpan.Zero);
}
