namespace Liveness.Presence;

/// <summary>A key of this process: what the store is to hold of it, and what it holds as far as is known.</summary>
internal sealed class OwnKey(string name)
{
    public string Name => name;

    /// <summary>Leads on to the older ones; null = there is none.</summary>
    public OwnConnection? Newest { get; set; }

    /// <summary>The store has, or may have, an entry.</summary>
    public bool IsStored { get; set; }

    /// <summary>The device has a newer connection elsewhere.</summary>
    public bool IsSuperseded { get; set; }

    /// <summary>It waits to be written.</summary>
    public bool IsQueued { get; set; }

    /// <summary>Nothing has changed; only the store has lost it.</summary>
    public bool IsQueuedAgain { get; set; }

    /// <summary>With the time of the own monotonic clock; null = none that the store does not have.</summary>
    public OwnLoss? Loss { get; set; }

    public bool IsWanted => Newest is not null && !IsSuperseded;

    /// <summary>The store has what it is to have, and nobody is connected.</summary>
    public bool IsDone => Newest is null && !IsStored && Loss is null && !IsQueued && !IsQueuedAgain;

    public void Add(OwnConnection connection)
    {
        connection.Key = this;
        if (Newest is null || connection.AttachedAt >= Newest.AttachedAt)
        {
            connection.Older = Newest;
            Newest = connection;
            IsSuperseded = false;
            return;
        }

        OwnConnection newer = Newest;
        while (newer.Older is { } older && older.AttachedAt > connection.AttachedAt)
        {
            newer = older;
        }

        connection.Older = newer.Older;
        newer.Older = connection;
    }

    public void Remove(OwnConnection connection)
    {
        connection.Key = null;
        if (Newest == connection)
        {
            Newest = connection.Older;
            return;
        }

        for (OwnConnection? newer = Newest; newer is not null; newer = newer.Older)
        {
            if (newer.Older == connection)
            {
                newer.Older = connection.Older;
                return;
            }
        }
    }
}
