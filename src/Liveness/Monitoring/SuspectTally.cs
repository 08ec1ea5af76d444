namespace Liveness;

/// <summary>What suspicions that came together have in common.</summary>
/// <param name="logger">Told of it.</param>
internal sealed class SuspectTally(GuardedLogger logger) : IBurstTally<ConnectionLabel>
{
    private ConnectionLabel _first;
    private ConnectionLabel _last;
    private bool _hasFirst;

    public void Add(in ConnectionLabel one)
    {
        if (!_hasFirst)
        {
            (_first, _hasFirst) = (one, true);
        }

        _last = one;
    }

    public void Tell(BurstCount summed) =>
        MonitoringLog.ConnectionsSuspect(logger, summed.All, _first.Name, summed.Window, summed.Held, _first.Remote, _last.Remote);
}
