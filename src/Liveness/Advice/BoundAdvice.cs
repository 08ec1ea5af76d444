using System.Globalization;
using Liveness.Advice;

namespace Liveness;

/// <summary>
/// What DetectWithin would do for the connections of one name, by what they have shown so far: how long living peers were silent.
/// </summary>
/// <remarks>
/// <para>It covers all connections of this process that have the same name, mode and meter factory, within the last 30 to 60 days. It
/// counts silences that ended, beats of the peer that say what it misses, and round trips. Pauses of this process and the lag of its thread
/// pool don't count, because they are never held against a peer.</para>
/// <para>A silence counts in full, also the part that the beat interval explains, because nobody knows what a shorter interval would have
/// heard in it. So the advice is never shorter than about two intervals: go down in steps, and let each of them show its silences.</para>
/// <para>Events within one minute count as one moment, however many connections they concern. The rates are upper limits at 95 % confidence
/// (for no event in a time t: 3 events in t, the "rule of three"). They hold as far as the future resembles what was seen: watch for a
/// week before you rely on them, because nights and week-ends differ.</para>
/// <para>The numbers are read when you ask for them. All members are safe on any thread.</para>
/// </remarks>
public sealed class BoundAdvice
{
    /// <summary>What is added to the longest need: the next one may be a little longer.</summary>
    private const double Spare = 1.25;

    /// <summary>Shorter is no ground for advice.</summary>
    internal static readonly TimeSpan LeastWatched = TimeSpan.FromHours(1);

    /// <summary>That options take.</summary>
    internal static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);

    /// <summary>That options take: a day is none.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1);

    private readonly BoundTally _tally;

    internal BoundAdvice(BoundTally tally, TimeSpan watchedFor)
    {
        _tally = tally;
        WatchedFor = watchedFor;
        LeastBound = tally.Longest;
        LossesBySilence = tally.Losses;
        DetectWithin = Durations.Shorter(RoundNumbers.Up(Durations.Longer(LeastBound * Spare, Shortest)), Longest);
    }

    /// <summary>The advised DetectWithin: <see cref="LeastBound"/> with a fourth to spare, rounded up.</summary>
    /// <value>From 100 ms to one second less than a day. It may be longer than the value in force.</value>
    public TimeSpan DetectWithin { get; }

    /// <summary>The shortest DetectWithin under which no living connection would have been told as lost so far.</summary>
    /// <value>Zero where less than 10 ms would have done.</value>
    public TimeSpan LeastBound { get; }

    /// <summary>The time in which at least one of the connections was watched. From one hour to 60 days.</summary>
    public TimeSpan WatchedFor { get; }

    /// <summary>The connections of that time that were lost because of a silence: as <see cref="HeartbeatTimedOut"/> or
    /// <see cref="OutboundDead"/> here, or at the peer, which said so (<see cref="PeerGaveUp"/>).</summary>
    /// <remarks>Their silence counts nowhere here, because nobody knows how long it would have lasted. If some of these losses were false,
    /// the DetectWithin in force is too short already.</remarks>
    public long LossesBySilence { get; }

    /// <summary>In how many moments so far a living connection might have been told as lost, at most.</summary>
    /// <param name="detectWithin">Longer than zero; <see cref="Timeout.InfiniteTimeSpan"/> gives 0.</param>
    /// <returns>A need that is up to 9 % shorter may be counted, too. What a loss hides (see <see cref="LossesBySilence"/>) is not
    /// counted.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="detectWithin"/> is zero or negative.</exception>
    public long FalseAlarms(TimeSpan detectWithin)
    {
        if (detectWithin == Timeout.InfiniteTimeSpan)
        {
            return 0;
        }

        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(detectWithin, TimeSpan.Zero);
        return _tally.LongerThan(detectWithin);
    }

    /// <summary>The mean time between false alarms to expect, at least: with a confidence of 95 %.</summary>
    /// <param name="detectWithin">As for <see cref="FalseAlarms"/>.</param>
    /// <returns>A third of <see cref="WatchedFor"/> where no false alarm would have been raised.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="detectWithin"/> is zero or negative.</exception>
    public TimeSpan AtMostOneIn(TimeSpan detectWithin) => WatchedFor / PoissonBound.AtMost(FalseAlarms(detectWithin));

    /// <summary>Returns one line for a person. Don't parse it: its wording may change.</summary>
    public override string ToString()
    {
        string needed = LeastBound == TimeSpan.Zero ? "less than 10 ms" : LossText.Duration(LeastBound);
        string hidden = LossesBySilence == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $"; {LossesBySilence} losses by silence are not counted");
        return $"in {AdviceText.Time(WatchedFor)} a bound of {needed} would have been enough: "
            + $"DetectWithin {LossText.Duration(DetectWithin)} would have raised no false alarm "
            + $"(95 %: fewer than one in {AdviceText.Time(AtMostOneIn(DetectWithin))}){hidden}";
    }
}
