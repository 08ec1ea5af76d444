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
/// <param name="Probed">How many were probed at all.</param>
/// <param name="TurnedAway">How many could not be made, or were ended long before others that lived: the server takes fewer.</param>
internal sealed record Evidence(
    TimeSpan AliveAfter, IReadOnlyList<Trial> Forgotten, Trial? Ended, int Strays, TimeSpan? ShortestStray, int Probed, int TurnedAway)
{
    /// <summary>A limit is narrowed down to so much: the upper end of what is left, by the lower.</summary>
    public const double Precision = 1.1;

    /// <summary>So many make a limit.</summary>
    public const int Witnesses = 3;

    /// <summary>
    /// Three were forgotten closely behind one that lived. With two, loss by chance passed for a limit in one search of 30, where one
    /// connection in 20 met it.
    /// </summary>
    public bool IsFound => Forgotten.Count >= Witnesses && Forgotten[Witnesses - 1].Idle <= Near;

    /// <summary>The other side ends connections, and just before it does nothing is forgotten.</summary>
    public bool IsEnded => Ended is { } ended && ended.Idle <= Near && !(Forgotten.Count > 0 && Forgotten[0].Idle < ended.Idle);

    /// <summary>Some are forgotten and some are not: there are several paths, or much is lost.</summary>
    public bool IsContradictory => Strays > 2 && Strays * 5 > Probed;

    /// <summary>Up to here it is as good as <see cref="AliveAfter"/>.</summary>
    public TimeSpan Near => AliveAfter * Precision;

    public static Evidence Of(IReadOnlyCollection<Trial> trials)
    {
        TimeSpan alive = trials.Where(one => one.Outcome == TrialOutcome.Alive).Select(one => one.Idle).DefaultIfEmpty().Max();
        Trial[] ended = [.. trials.Where(one => one.IsEnded && !IsTurnedAway(one, alive)).OrderBy(one => one.Idle)];
        Trial[] strays = [.. trials.Where(one => one.IsForgotten && one.Idle <= alive)];
        return new Evidence(
            alive,
            [.. trials.Where(one => one.IsForgotten && one.Idle > alive).OrderBy(one => one.Idle)],
            ended.Length > 0 ? ended[0] : null,
            strays.Length,
            strays.Length > 0 ? strays.Min(one => one.Idle) : null,
            trials.Count(one => one.IsForgotten || one.Outcome == TrialOutcome.Alive),
            trials.Count(one => IsTurnedAway(one, alive)));
    }

    /// <param name="trial">One of them.</param>
    /// <param name="aliveAfter">The longest idle time of a connection that lived.</param>
    public static bool IsTurnedAway(Trial trial, TimeSpan aliveAfter) =>
        trial.Outcome == TrialOutcome.NotConnected || (trial.IsEnded && trial.Idle * Precision < aliveAfter);
}
