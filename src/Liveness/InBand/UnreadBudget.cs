namespace Liveness;

/// <summary>How much all connections of a process together may grow their windows beyond their first credit. Thread-safe.</summary>
/// <remarks>
/// What is taken stands for credit that peers hold, or for bytes that lie unread, so it is given back only when that is used up, or the
/// connection ends.
/// </remarks>
internal sealed class UnreadBudget(long limit)
{
    private long _limit = limit;
    private long _taken;

    public static UnreadBudget Shared { get; } = new(HeartbeatDefaults.UnreadBudget);

    /// <summary>A lower limit takes nothing back; it only stops further growth.</summary>
    public long Limit
    {
        get => Interlocked.Read(ref _limit);
        set => Interlocked.Exchange(ref _limit, value);
    }

    public long Taken => Interlocked.Read(ref _taken);

    /// <returns>How much of it there was: 0 to <paramref name="wanted"/>.</returns>
    public int Take(int wanted)
    {
        while (true)
        {
            long taken = Interlocked.Read(ref _taken);
            int got = (int)Math.Clamp(Limit - taken, 0, wanted);
            if (got == 0 || Interlocked.CompareExchange(ref _taken, taken + got, taken) == taken)
            {
                return got;
            }
        }
    }

    public void Return(int count) => Interlocked.Add(ref _taken, -count);
}
