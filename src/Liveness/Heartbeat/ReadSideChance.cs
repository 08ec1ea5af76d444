namespace Liveness;

/// <summary>The time that the read side has to explain a failed write: the peer's goodbye may lie there. In running time, and from when our reader is no longer behind.</summary>
/// <remarks>Our own lag is looked at when that is due, and not oftener: whoever asks in between changes nothing.</remarks>
internal struct ReadSideChance
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(1);

    private Instant _since;

    /// <summary>When to look again.</summary>
    public Instant LookAt { get; private set; }

    public void Begin(Instant now) => _since = LookAt = now;

    /// <param name="bound">Of the connection; where nothing is judged, the read side gets a second all the same.</param>
    public bool IsOver(Instant now, TimeSpan bound, in LocalHealth health)
    {
        if (now < LookAt)
        {
            return false;
        }

        TimeSpan chance = bound / 4 < s_longest ? bound / 4 : s_longest;
        if (health.PoolLag >= chance)
        {
            // Our reader has not run: what explains the failure may wait for it.
            _since = now;
        }

        TimeSpan left = chance - health.Pauses.RunningTime(_since, now);
        LookAt = now + (left < chance / 4 ? left : chance / 4);
        return left <= TimeSpan.Zero;
    }
}
