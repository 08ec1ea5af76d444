namespace Liveness;

/// <summary>
/// How long a silence of ours the peer allows, as far as its HELLO or newest RATE lets it be known: how often it wants to hear us travels,
/// its MissedBeats does not.
/// </summary>
/// <param name="AtLeast">If it lets as few beats pass as PROTOCOL.md, section 4, has for any T.</param>
/// <param name="AtMost">If it lets pass the most that section 4 has for an interval of that length.</param>
internal readonly record struct PeerBound(TimeSpan AtLeast, TimeSpan AtMost)
{
    private const uint Second = 1_000;
    private const uint Fewest = 4;
    private const uint Most = 10;

    /// <summary>Null where the peer judges no silence.</summary>
    /// <param name="peer">What the peer asks for.</param>
    /// <param name="ownMinTransmit">It can't expect to hear us more often.</param>
    public static PeerBound? Of(WireIntervals peer, TimeSpan ownMinTransmit)
    {
        if (!peer.WantsBeats)
        {
            return null;
        }

        TimeSpan interval = peer.Rx > ownMinTransmit ? peer.Rx : ownMinTransmit;
        (uint least, uint most) = Beats(peer.RxMilliseconds);
        return new PeerBound(interval * least, interval * most);
    }

    /// <summary>
    /// MissedBeats + 1, from T / (MissedBeats + 1): four up to T = 4 s, ten from 9 s on; between, T in seconds, rounded up, and the
    /// interval is just below a second.
    /// </summary>
    private static (uint Least, uint Most) Beats(uint interval) => interval switch
    {
        < 4 * Second / 5 => (Fewest, Fewest),
        > Second => (Most, Most),
        >= Second - 1 => (Fewest, Most),

        // It travels rounded down.
        _ => (Fewest, Math.Min(Most, Second / (Second - interval - 1))),
    };
}
