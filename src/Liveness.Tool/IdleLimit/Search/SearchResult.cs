namespace Liveness.Tool.IdleLimit;

/// <param name="AliveAfter">The longest idle time of a connection that lived.</param>
/// <param name="ForgottenAfter">Three connections were forgotten up to here; null = they were not.</param>
/// <param name="How">Silent or Reset, with <paramref name="ForgottenAfter"/>; how the other side ended it, with
/// <paramref name="EndedAfter"/>; otherwise null.</param>
/// <param name="EndedAfter">The other side does something of its own here; null = it did not.</param>
/// <param name="Strays">How many of the probed connections were forgotten although others were idle for longer and lived.</param>
/// <param name="ShortestStray">The shortest idle time of those; null = there are none.</param>
/// <param name="SafeIdle">The longest idle time of a connection that lived, and below it none was forgotten.</param>
/// <param name="Probed">How many were probed.</param>
/// <param name="TurnedAway">How many could not be made, or were ended at once.</param>
internal sealed record SearchResult(
    SearchVerdict Verdict,
    TimeSpan AliveAfter,
    TimeSpan? ForgottenAfter,
    TrialOutcome? How,
    TimeSpan? EndedAfter,
    int Strays,
    TimeSpan? ShortestStray,
    TimeSpan SafeIdle,
    int Probed,
    int TurnedAway)
{
    public int ExitCode => Verdict switch
    {
        SearchVerdict.NoLimit => ExitCodes.Ok,
        SearchVerdict.Forgotten => ExitCodes.Found,
        _ => ExitCodes.Partial,
    };
}
