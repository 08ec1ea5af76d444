namespace Liveness.SideChannel;

/// <summary>What looks came to, and what is still to be judged. Collections are made when there is something to put in.</summary>
/// <remarks>
/// What is to be judged stands there once, however often a peer repeats itself meanwhile: no flood of messages keeps others waiting for
/// their verdict.
/// </remarks>
internal struct WatchOutcomes
{
    /// <summary>To be judged, with everything that hangs on them.</summary>
    public HashSet<SideSession>? Sessions;

    /// <summary>To be judged.</summary>
    public HashSet<WatchEntry>? Due;

    public List<(WatchEntry Entry, WitnessEnd End)>? Ended;
    public List<(WatchEntry Entry, LossObservation Observation)>? Lost;
    public List<(ISideLink Link, ulong Id)>? Asks;
    public List<(SideSession Session, WatchEntry Example)>? Probes;

    public readonly bool Any =>
        Sessions is not null || Due is not null || Ended is not null || Lost is not null || Asks is not null || Probes is not null;

    /// <summary>Takes over what the other has; the other is not to be used any more.</summary>
    public void Add(in WatchOutcomes other)
    {
        Add(ref Sessions, other.Sessions);
        Add(ref Due, other.Due);
        Add(ref Ended, other.Ended);
        Add(ref Lost, other.Lost);
        Add(ref Asks, other.Asks);
        Add(ref Probes, other.Probes);
    }

    private static void Add<T>(ref HashSet<T>? to, HashSet<T>? from)
    {
        if (to is null)
        {
            to = from;
        }
        else if (from is not null)
        {
            to.UnionWith(from);
        }
    }

    private static void Add<T>(ref List<T>? to, List<T>? from)
    {
        if (to is null)
        {
            to = from;
        }
        else if (from is not null)
        {
            to.AddRange(from);
        }
    }
}
