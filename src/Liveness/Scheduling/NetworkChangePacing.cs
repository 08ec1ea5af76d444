namespace Liveness;

/// <summary>
/// Changes of the network come in bursts (link, addresses, routes): from when each is to be answered, so that connections are told at most
/// once a second and the last change of a burst is not lost.
/// </summary>
internal sealed class NetworkChangePacing
{
    public static readonly TimeSpan Distance = TimeSpan.FromSeconds(1);

    private Instant? _newest;

    /// <returns>Not before this; null = what was said before covers it.</returns>
    public Instant? Note(Instant now)
    {
        if (_newest > now)
        {
            return null;
        }

        _newest = _newest is { } before ? Instant.Max(now, before + Distance) : now;
        return _newest;
    }
}
