namespace Liveness;

/// <summary>
/// Finds our own pauses by the lateness of one thread: it says when it expects to run next, and reports each time that it does.
/// </summary>
/// <remarks>
/// Asleep, the thread expects to run at its planned wake; at work, at once. So a stop of the process is found in both, before anything
/// further is judged, and a step of work that takes longer than the tolerance counts as a pause of ours: whoever is judged after it was not
/// looked at in that time. A long row of short steps is work, not a pause.
/// Changed by one thread at a time (the scheduler's lock); read by any.
/// </remarks>
internal sealed class PauseDetector(Instant start)
{
    private long _expected = start.Ticks;
    private volatile PauseLedger _pauses = PauseLedger.Empty;

    public PauseLedger Pauses => _pauses;

    /// <summary>When the thread is expected to run next.</summary>
    public Instant Expected => new(Volatile.Read(ref _expected));

    public void Expect(Instant wake) => Volatile.Write(ref _expected, wake.Ticks);

    /// <summary>The thread runs: if it is late by more than the tolerance, the exact interval enters the ledger.</summary>
    /// <returns>How long that interval is; zero = it is not late.</returns>
    public TimeSpan Ran(Instant now, TimeSpan tolerance)
    {
        TimeSpan late = now - Expected;

        // The ledger first: a reader that sees the new expectation must also see the pause.
        _pauses = WithOpenPause(_pauses, Expected, now, tolerance);
        Expect(now);
        return late > tolerance ? late : TimeSpan.Zero;
    }

    /// <summary>The ledger, with the pause that is still open at <paramref name="now"/> because the thread has not run yet.</summary>
    public PauseLedger At(Instant now, TimeSpan tolerance)
    {
        Instant expected = Expected;
        return WithOpenPause(_pauses, expected, now, tolerance);
    }

    private static PauseLedger WithOpenPause(PauseLedger pauses, Instant expected, Instant now, TimeSpan tolerance) =>
        now - expected > tolerance ? pauses.Add(expected, now) : pauses;
}
