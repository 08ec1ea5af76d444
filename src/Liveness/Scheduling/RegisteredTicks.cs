namespace Liveness;

/// <summary>The ticks that all registered entries asked for, counted per millisecond: the scheduler's own tick is the smallest.</summary>
/// <remarks>Changed under the scheduler's lock; <see cref="Smallest"/> may be read without it.</remarks>
internal sealed class RegisteredTicks
{
    public const int LeastMilliseconds = 5;
    public const byte MostMilliseconds = 100;

    private readonly int[] _counts = new int[MostMilliseconds - LeastMilliseconds + 1];
    private volatile int _smallest = MostMilliseconds;

    public int Count { get; private set; }

    /// <summary>5 ms to 100 ms, the latter also when nothing is registered.</summary>
    public TimeSpan Smallest => new(_smallest * TimeSpan.TicksPerMillisecond);

    /// <param name="tick">Counted in whole milliseconds, rounded down, within 5 ms to 100 ms; infinite = no wish.</param>
    /// <returns>What <see cref="Remove"/> needs.</returns>
    public byte Add(TimeSpan tick)
    {
        byte milliseconds = tick == Timeout.InfiniteTimeSpan
            ? MostMilliseconds
            : (byte)Math.Clamp(tick.Ticks / TimeSpan.TicksPerMillisecond, LeastMilliseconds, MostMilliseconds);
        _counts[milliseconds - LeastMilliseconds]++;
        Count++;
        _smallest = Math.Min(_smallest, milliseconds);
        return milliseconds;
    }

    public void Remove(int milliseconds)
    {
        _counts[milliseconds - LeastMilliseconds]--;
        Count--;
        int smallest = _smallest;
        while (smallest < MostMilliseconds && _counts[smallest - LeastMilliseconds] == 0)
        {
            smallest++;
        }

        _smallest = smallest;
    }
}
