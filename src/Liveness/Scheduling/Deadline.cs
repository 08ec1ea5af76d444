namespace Liveness;

/// <summary>The one rule for every limit on something in which this process has a part of its own: a handshake, a close, what explains a
/// failed write.</summary>
/// <remarks>
/// <para>What counts is the time in which this process could do its part. Its own pauses do not count. Nor do spells in which its thread
/// pool was behind by an eighth of the limit or more: then what the peer has sent lies here unread, what we would send is not sent, and
/// whoever waits for the verdict stands in the same queue.</para>
/// <para>A pool that never recovers does not make a limit infinite: its spells put it off by at most <see cref="MostExcused"/> times its
/// length. The one exception is the heartbeat's own (its rule 5c): while an answer may lie here unread, a pool that is behind is an excuse
/// for as long as it is behind.</para>
/// <para>Before a limit is up the pool's lag has to be measured: <see cref="IsNear"/> says when, and <see cref="NextLook"/> wakes the owner
/// for it.</para>
/// </remarks>
internal static class Deadline
{
    /// <summary>In limits: how much is excused where nothing can be waiting here.</summary>
    public const int MostExcused = 3;

    private const int LeastLagDivisor = 8;
    private const int NearDivisor = 4;
    private const int LookAgainDivisor = 16;

    private static readonly TimeSpan s_longestReadSideChance = TimeSpan.FromSeconds(1);

    /// <summary>How long the read side has to explain a failed write: the peer's goodbye may lie there.</summary>
    /// <param name="bound">Of the connection; where nothing is judged, the read side gets a second all the same.</param>
    public static TimeSpan OfFailedWrite(TimeSpan bound) =>
        Durations.Shorter(bound / 4, s_longestReadSideChance);

    /// <param name="limit">How long it may take.</param>
    /// <param name="since">When it began, or last moved on.</param>
    /// <param name="now">The present.</param>
    /// <param name="health">Of this process.</param>
    /// <param name="answerMayWait">An answer may lie here unread, or our question unsent.</param>
    /// <returns>What is left of it; zero or less = it is up.</returns>
    public static TimeSpan Left(TimeSpan limit, Instant since, Instant now, in LocalHealth health, bool answerMayWait = false) =>
        limit + Excused(limit, since, now, health, answerMayWait) - health.Pauses.RunningTime(since, now);

    /// <summary>How much of the time did not count because our own pool was behind.</summary>
    public static TimeSpan Excused(TimeSpan limit, Instant since, Instant now, in LocalHealth health, bool answerMayWait = false)
    {
        TimeSpan behind = health.PoolBehind(limit / LeastLagDivisor, since, now);
        return answerMayWait || behind / MostExcused <= limit ? behind : limit * MostExcused;
    }

    /// <summary>It is time to measure the pool's lag, so that it is known when the limit is up.</summary>
    public static bool IsNear(TimeSpan limit, TimeSpan left) => left <= limit / NearDivisor;

    /// <summary>When to look next.</summary>
    /// <returns>The present where nothing is left.</returns>
    public static Instant NextLook(TimeSpan limit, Instant since, Instant now, in LocalHealth health, bool answerMayWait = false)
    {
        TimeSpan left = Left(limit, since, now, health, answerMayWait);
        if (left <= TimeSpan.Zero)
        {
            return now;
        }

        if (!IsNear(limit, left))
        {
            return now + (left - (limit / NearDivisor));
        }

        // While the pool is behind what is left does not shrink: that is no reason to look at every moment.
        TimeSpan again = limit / LookAgainDivisor;
        return now + (left < again && health.PoolLag >= limit / LeastLagDivisor ? again : left);
    }
}
