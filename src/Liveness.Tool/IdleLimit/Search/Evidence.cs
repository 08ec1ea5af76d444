namespace Liveness.Tool.IdleLimit;

/// <summary>What all trials so far say together. Pure.</summary>
/// <remarks>
/// Only a path that still knows a connection lets an answer through, so one answer proves. A missing one may have been lost by chance:
/// where a connection that was idle for longer has lived it proves nothing, and otherwise it takes others that were idle for about as long.
/// </remarks>
/// <param name="AliveAfter">The longest idle time of a connection that lived.</param>
/// <param name="Forgotten">Those that were idle for longer and got no answer, or a reset, in the order of their idle times.</param>
/// <param name="Ended">The first that the other side did not let be idle for longer; null = it does no such thing.</param>
/// <param name="Strays">How many got no answer, or a reset, although others were idle for longer and lived.</param>
/// <param name="ShortestStray">The shortest idle time of those; null = there are none.</param>
/// <param name="Lived">The idle times of those that lived.</param>
/// <param name="Probed">How many were probed at all.</param>
/// <param name="TurnedAway">How many could not be made, or were ended at once: the server takes fewer.</param>
internal sealed record Evidence(
    TimeSpan AliveAfter,
    IReadOnlyList<Trial> Forgotten,
    Trial? Ended,
    int Strays,
    TimeSpan? ShortestStray,
    IReadOnlyList<TimeSpan> Lived,
    int Probed,
    int TurnedAway)
{
    /// <summary>A limit is narrowed down to so much: the upper end of what is left, by the lower.</summary>
    public const double Precision = 1.1;

    /// <summary>So many make a limit.</summary>
    public const int Witnesses = 3;

    /// <summary>
    /// So many must have lived about as long as the longest. One may have taken the better of two paths: four do so in one search of 16.
    /// </summary>
    public const int Survivors = 4;

    /// <summary>So many must have lived for each that did not: a second path that takes one connection in ten is no chance.</summary>
    private const int LivedForEachStray = 8;

    /// <summary>Three strays, and so few that lived for each: more trials would not make chance of it.</summary>
    private const int TooFewForEachStray = 2;

    /// <summary>The first connection of all lived for longer, so no idle timer ends one that soon.</summary>
    private static readonly TimeSpan s_atOnce = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Three were forgotten closely behind one that lived. With two, loss by chance passed for a limit in one search of 30, where one
    /// connection in 20 met it.
    /// </summary>
    public bool IsFound => Forgotten.Count >= Witnesses && Forgotten[Witnesses - 1].Idle <= Near;

    /// <summary>The other side ends connections, and just before it does nothing is forgotten.</summary>
    public bool IsEnded => Ended is { } ended && ended.Idle <= Near && !(Forgotten.Count > 0 && Forgotten[0].Idle < ended.Idle);

    /// <summary>Some are forgotten and some are not: there are several paths, or much is lost.</summary>
    public bool IsContradictory => Strays >= Witnesses && Strays * TooFewForEachStray > LivedDespiteStrays;

    /// <summary>So many must still live until strays are chance, and the longest idle time is more than the luck of one.</summary>
    public int Missing => Math.Max(
        (Strays * LivedForEachStray) - LivedDespiteStrays, Survivors - Lived.Count(idle => idle * Precision >= AliveAfter));

    /// <summary>The longest that lived, and below it nothing was forgotten.</summary>
    public TimeSpan SafeIdle => Lived.Where(idle => !(idle >= ShortestStray)).DefaultIfEmpty().Max();

    /// <summary>Up to here it is as good as <see cref="AliveAfter"/>.</summary>
    public TimeSpan Near => AliveAfter * Precision;

    /// <summary>Those on whose path a stray would have lived, too.</summary>
    private int LivedDespiteStrays => Lived.Count(idle => idle * IdleGrid.ClosestStep >= ShortestStray);

    /// <param name="trials">All so far.</param>
    /// <param name="longest">The longest idle time that is tried. A few milliseconds more are no other idle time.</param>
    public static Evidence Of(IReadOnlyCollection<Trial> trials, TimeSpan longest)
    {
        TimeSpan[] lived = [.. trials.Where(one => one.Outcome == TrialOutcome.Alive).Select(one => one.Idle)];
        TimeSpan alive = lived.DefaultIfEmpty().Max();
        Trial[] ended = [.. trials.Where(one => one.IsEnded && !IsTurnedAway(one)).OrderBy(one => one.Idle)];
        Trial[] forgotten = [.. trials.Where(one => one.IsForgotten).OrderBy(one => one.Idle)];
        Trial[] strays = [.. forgotten.Where(one => one.Idle <= alive || alive >= longest)];
        return new Evidence(
            alive,
            forgotten[strays.Length..],
            ended.Length > 0 ? ended[0] : null,
            strays.Length,
            strays.Length > 0 ? strays[0].Idle : null,
            lived,
            forgotten.Length + lived.Length,
            trials.Count(IsTurnedAway));
    }

    public static bool IsTurnedAway(Trial trial) =>
        trial.Outcome == TrialOutcome.NotConnected || (trial.IsEnded && trial.Idle < s_atOnce);
}
