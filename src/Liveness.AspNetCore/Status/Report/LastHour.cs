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

    /// <summary>Under the lock. As it was last heard of.</summary>
    private long _losses;

    /// <summary>Under the lock: minutes since the beginning; the newest in the ring.</summary>
    private long _newest;

    /// <param name="count">Of all losses since the application started.</param>
    public void NoteLosses(long count)
    {
        lock (_gate)
        {
            // A factory that does not count may tell fewer than before.
            MoveOn().Losses += Math.Max(0, count - _losses);
            _losses = count;
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

    /// <returns>Sixty, oldest first.</returns>
    public StatusMinute[] Report()
    {
        lock (_gate)
        {
            MoveOn();
            double sinceStart = Math.Max(0, Elapsed().TotalSeconds - (_newest * 60));
            return
            [
                .. Enumerable.Range(0, Minutes)
                    .Select(i => Minutes - 1 - i)
                    .Select(before => Describe(_newest - before, sinceStart + (before * 60))),
            ];
        }
    }

    private StatusMinute Describe(long number, double startedSecondsAgo)
    {
        if (number < 0)
        {
            return new StatusMinute(startedSecondsAgo, null, null, null, null);
        }

        Minute minute = _minutes[number % Minutes];
        return new StatusMinute(
            startedSecondsAgo, minute.Losses,
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
