namespace Liveness.Tool.IdleLimit;

/// <param name="AliveAfter">The longest idle time of a connection that lived.</param>
/// <param name="ForgottenAfter">Three connections were forgotten up to here; null = they were not.</param>
/// <param name="How">Silent or Reset, with <paramref name="ForgottenAfter"/>; how the other side ended it, with
/// <paramref name="EndedAfter"/>; otherwise null.</param>
/// <param name="EndedAfter">The other side does something of its own here; null = it did not.</param>
/// <param name="Strays">How many of the probed connections were forgotten although others were idle for longer and lived.</param>
/// <param name="ShortestStray">The shortest idle time of those; null = there are none.</param>
/// <param name="Probed">How many were probed.</param>
/// <param name="TurnedAway">How many could not be made, or were ended at once while others lived.</param>
internal sealed record SearchResult(
    SearchVerdict Verdict,
    TimeSpan AliveAfter,
    TimeSpan? ForgottenAfter,
    TrialOutcome? How,
    TimeSpan? EndedAfter,
    int Strays,
    TimeSpan? ShortestStray,
    int Probed,
    int TurnedAway)
{
    /// <summary>
    /// What settings reckon with. Should there be several paths, the shortest limit that showed; what was lost by chance makes it shorter
    /// than need be, which does no harm.
    /// </summary>
    public TimeSpan SafeIdle => ShortestStray ?? AliveAfter;

    public int ExitCode => Verdict switch
    {
        SearchVerdict.NoLimit => ExitCodes.Ok,
        SearchVerdict.Forgotten => ExitCodes.Found,
        _ => ExitCodes.Partial,
    };
}
