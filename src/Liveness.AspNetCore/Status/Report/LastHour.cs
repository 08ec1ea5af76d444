namespace Liveness.AspNetCore;

/// <summary>Losses and round trips of the last sixty minutes, in memory that does not grow.</summary>
/// <param name="timeProvider">The clock of the application.</param>
internal sealed class LastHour(TimeProvider timeProvider)
{
    public const int Minutes = 60;

    private readonly Lock _gate = new();
    private readonly long _begun = ForeignTime.Timestamp(timeProvider);

    /// <summary>Under the lock, with its content. A ring: minute n since the beginning is at n modulo its length.</summary>
    private readonly Minute[] _minutes = [.. Enumerable.Range(0, Minutes).Select(static _ => new Minute())];

    /// <summary>Under the lock. The most that was heard of.</summary>
    private long _losses;

    /// <summary>Under the lock: minutes since the beginning; the newest in the ring.</summary>
    private long _newest;

    /// <param name="count">Of all losses since the application started, by a factory that counts.</param>
    public void NoteLosses(long count)
    {
        lock (_gate)
        {
            // Whoever read the count earlier may come later: it was read outside the lock.
            long all = Math.Max(_losses, count);
            MoveOn().Losses += all - _losses;
            _losses = all;
        }
    }

    public void NoteRoundTrips(IEnumerable<double> seconds)
    {
        lock (_gate)
        {
            Minute now = MoveOn();
            foreach (double one in seconds)
            {
                now.RoundTrips.Add(one);
            }
        }
    }

    /// <param name="isCounting">False = nobody tells how many losses there are, and no minute has a number of them.</param>
    /// <returns>Sixty, oldest first.</returns>
    public StatusMinute[] Report(bool isCounting = true)
    {
        lock (_gate)
        {
            MoveOn();
            double sinceStart = Math.Max(0, Elapsed().TotalSeconds - (_newest * 60));
            return
            [
                .. Enumerable.Range(0, Minutes)
                    .Select(i => Minutes - 1 - i)
                    .Select(before => Describe(_newest - before, sinceStart + (before * 60), isCounting)),
            ];
        }
    }

    private StatusMinute Describe(long number, double startedSecondsAgo, bool isCounting)
    {
        if (number < 0)
        {
            return new StatusMinute(startedSecondsAgo, null, null, null, null);
        }

        Minute minute = _minutes[number % Minutes];
        return new StatusMinute(
            startedSecondsAgo, isCounting ? minute.Losses : null,
            minute.RoundTrips.Percentile(0.5), minute.RoundTrips.Percentile(0.95), minute.RoundTrips.Percentile(0.99));
    }

    private Minute MoveOn()
    {
        long now = Math.Max(_newest, (long)Elapsed().TotalMinutes);
        for (long passed = Math.Max(_newest + 1, now - Minutes + 1); passed <= now; passed++)
        {
            _minutes[passed % Minutes].Clear();
        }

        _newest = now;
        return _minutes[now % Minutes];
    }

    private TimeSpan Elapsed() => ForeignTime.Elapsed(timeProvider, _begun);

    private sealed class Minute
    {
        public long Losses { get; set; }

        public RoundTripHistogram RoundTrips { get; } = new();

        public void Clear()
        {
            Losses = 0;
            RoundTrips.Clear();
        }
    }
}
