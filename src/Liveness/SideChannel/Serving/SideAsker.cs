namespace Liveness.SideChannel;

/// <summary>One side connection at the accepting end, and what its client has asked to watch, found here or not.</summary>
/// <remarks>Guarded by the lock of the <see cref="WatchRegistry"/>, but for what is set once.</remarks>
internal sealed class SideAsker(SideLink link, SideSession session)
{
    private readonly Dictionary<ulong, Wanted> _wanted = [];

    /// <summary>The other way round; of two watches of the same, the newer.</summary>
    private readonly Dictionary<Wanted, ulong> _ids = [];

    public SideLink Link { get; } = link;

    public SideSession Session { get; } = session;

    public int Count => _wanted.Count;

    public bool Has(ulong id) => _wanted.ContainsKey(id);

    public void Add(ulong id, Wanted wanted)
    {
        _wanted.Add(id, wanted);
        _ids[wanted] = id;
    }

    public void Remove(ulong id)
    {
        if (_wanted.Remove(id, out Wanted? wanted) && _ids.GetValueOrDefault(wanted) == id)
        {
            _ids.Remove(wanted);
        }
    }

    /// <summary>Null where it was never asked for, or no longer is.</summary>
    public Wanted? Find(ulong id) => _wanted.GetValueOrDefault(id);

    public bool TryFind(Wanted wanted, out ulong id) => _ids.TryGetValue(wanted, out id);
}
