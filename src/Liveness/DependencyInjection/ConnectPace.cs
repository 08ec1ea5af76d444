namespace Liveness;

/// <summary>How often a socket that is to be connected by somebody else is looked at. Pure.</summary>
/// <remarks>
/// The longer it has taken, the rarer: a connection is watched at the latest when half as much time again has passed as it took to come
/// about, and thousands of sockets that never connect cost one look a second each.
/// </remarks>
internal static class ConnectPace
{
    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(10);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    /// <summary>Rare looks share wake-ups.</summary>
    private static readonly TimeSpan s_together = TimeSpan.FromMilliseconds(50);

    /// <param name="begun">When it was handed over.</param>
    /// <param name="now">Not connected yet.</param>
    public static Instant NextLook(Instant begun, Instant now)
    {
        TimeSpan pause = (now - begun) / 2;
        return pause >= Longest ? (now + Longest).RoundDown(s_together) : now + Durations.Longer(pause, Shortest);
    }
}
