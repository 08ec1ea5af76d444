namespace Liveness.SideChannel;

/// <summary>A moment, and our own pauses as they were known then: an age is the same for whoever measures it by this.</summary>
internal readonly record struct SideMoment(Instant At, PauseLedger Pauses)
{
    /// <summary>Running time; zero for what came later.</summary>
    public TimeSpan Since(Instant since) => since >= At ? TimeSpan.Zero : Pauses.RunningTime(since, At);
}
