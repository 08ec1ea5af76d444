namespace Liveness.Presence;

/// <summary>
/// What this process has to say: its keys, and which of them the store does not know in their newest state. Pure: under the lock of its
/// owner.
/// </summary>
/// <remarks>Memory is bounded by the connections that are there, those that were there when the store went away, and
/// <see cref="MostLosses"/> losses.</remarks>
internal sealed class OwnPart
{
    /// <summary>Of keys without a connection that wait for the store.</summary>
    public const int MostLosses = 10_000;

    private const int LeastCompacted = 1_024;

    private readonly Dictionary<long, OwnConnection> _connections = [];
    private readonly Dictionary<string, OwnKey> _keys = new(StringComparer.Ordinal);
    private Queue<OwnKey> _queued = new();
    private int _compactAt = LeastCompacted;
    private readonly Queue<OwnKey> _queuedAgain = new();
    private readonly Queue<OwnKey> _losses = new();

    /// <summary>Keys with a connection.</summary>
    public int Count { get; private set; }

    /// <summary>Changes that wait.</summary>
    public int Queued => _queued.Count;

    /// <summary>What waits because the store has lost it.</summary>
    public int QueuedAgain => _queuedAgain.Count;

    /// <summary>Losses that were given up because too many waited.</summary>
    public long DroppedLosses { get; private set; }

    /// <summary>The connection has a key from now on, in place of the one that it had.</summary>
    /// <param name="id">Of the connection.</param>
    /// <param name="key">Null = none.</param>
    /// <param name="create">Makes it where it is not known yet.</param>
    public void Name(long id, string? key, Func<OwnConnection> create)
    {
        if (!_connections.TryGetValue(id, out OwnConnection? connection))
        {
            if (key is null)
            {
                return;
            }

            _connections[id] = connection = create();
        }

        if (connection.Key?.Name == key)
        {
            return;
        }

        Leave(connection);
        if (key is null)
        {
            _connections.Remove(id);
            return;
        }

        OwnKey own = KeyOf(key);
        Count += own.Newest is null ? 1 : 0;
        own.Add(connection);
        Enqueue(own);
    }

    /// <param name="id">Of a connection, which may have no key.</param>
    /// <param name="loss">Null = it was closed in good order.</param>
    public void End(long id, OwnLoss? loss)
    {
        if (!_connections.Remove(id, out OwnConnection? connection) || connection.Key is not { } key)
        {
            return;
        }

        if (loss is not null)
        {
            NoteLoss(key, loss);
        }

        Leave(connection);
    }

    public bool IsWanted(string key) => _keys.TryGetValue(key, out OwnKey? own) && (own.IsWanted || own.IsQueued);

    /// <summary>The store has lost something: all of it is written again.</summary>
    public void QueueAll()
    {
        _queuedAgain.Clear();
        foreach (OwnKey key in _keys.Values)
        {
            key.IsQueuedAgain = key.IsWanted;
            if (key.IsWanted)
            {
                _queuedAgain.Enqueue(key);
            }
        }
    }

    /// <summary>Takes what is to be written next: changes first, then what is written again.</summary>
    /// <param name="most">Of all.</param>
    /// <param name="mostAgain">Of what is written again.</param>
    /// <param name="clock">Set.</param>
    /// <param name="gateway">For losses.</param>
    public List<WriteItem> Take(int most, int mostAgain, StoreClock clock, string gateway)
    {
        List<WriteItem> items = new(Math.Min(most, _queued.Count + _queuedAgain.Count));
        while (items.Count < most && _queued.TryDequeue(out OwnKey? key))
        {
            (key.IsQueued, key.IsQueuedAgain) = (false, false);

            // It came and went between two batches: nobody needs to know.
            if (HasNews(key))
            {
                items.Add(ItemOf(key, clock, gateway, isLogged: true));
            }
            else
            {
                RemoveIfDone(key);
            }
        }

        for (int again = 0; again < mostAgain && items.Count < most && _queuedAgain.TryDequeue(out OwnKey? key);)
        {
            bool isDue = key is { IsQueuedAgain: true, IsQueued: false, IsWanted: true };
            key.IsQueuedAgain = false;
            RemoveIfDone(key);
            if (isDue)
            {
                items.Add(ItemOf(key, clock, gateway, isLogged: false));
                again++;
            }
        }

        return items;
    }

    public void OnWritten(IReadOnlyList<WriteItem> items)
    {
        foreach (WriteItem item in items)
        {
            if (_keys.TryGetValue(item.Key, out OwnKey? key))
            {
                key.IsStored = item.Entry is not null;
                RemoveIfDone(key);
            }
        }
    }

    /// <summary>Nobody knows whether the store has it: it is written once more.</summary>
    public void OnFailed(IReadOnlyList<WriteItem> items, StoreClock clock)
    {
        foreach (WriteItem item in items)
        {
            OwnKey key = KeyOf(item.Key);
            key.IsStored = true;
            if (item.Loss is { } loss && key.Loss is null)
            {
                NoteLoss(key, new OwnLoss(clock.Moment(loss.At), loss.Type, loss.Diagnosis));
            }

            if (item.IsLogged || !key.IsWanted)
            {
                Enqueue(key);
            }
            else
            {
                key.IsQueuedAgain = true;
                _queuedAgain.Enqueue(key);
            }
        }
    }

    /// <summary>The newest connection of a key is elsewhere.</summary>
    /// <param name="name">Of the key.</param>
    /// <param name="pointer">To that one.</param>
    /// <param name="leadsNowhere">It has ended: only its pointer seems newer, because the clock of the store went back.</param>
    /// <param name="own">The own part.</param>
    public void OnContested(string name, Pointer pointer, bool leadsNowhere, PartId own)
    {
        // Meanwhile another connection may have come here, which is newer still, and is written in its turn.
        if (_keys.TryGetValue(name, out OwnKey? key) && key.Newest is { Written: { } written } newest
            && pointer.IsNewerThan(new Pointer(written.Since, own)))
        {
            if (leadsNowhere)
            {
                newest.MoveAfter(pointer.Since);
            }
            else
            {
                key.IsSuperseded = true;
            }

            Enqueue(key);
        }
    }

    private static WriteItem ItemOf(OwnKey key, StoreClock clock, string gateway, bool isLogged)
    {
        LossData? loss = key.Loss is { } own ? new LossData(clock.At(own.At), own.Type, own.Diagnosis, gateway) : null;
        key.Loss = null;
        return new WriteItem(key.Name, key.IsWanted ? key.Newest!.Entry(clock) : null, loss, isLogged);
    }

    private OwnKey KeyOf(string name)
    {
        if (!_keys.TryGetValue(name, out OwnKey? key))
        {
            _keys[name] = key = new OwnKey(name);
        }

        return key;
    }

    private void Leave(OwnConnection connection)
    {
        if (connection.Key is { } key)
        {
            key.Remove(connection);
            Count -= key.Newest is null ? 1 : 0;
            Enqueue(key);
        }
    }

    private void Enqueue(OwnKey key)
    {
        if (!key.IsQueued)
        {
            key.IsQueued = true;
            _queued.Enqueue(key);
            if (_queued.Count > _compactAt)
            {
                Compact();
            }
        }
    }

    /// <summary>While the store is away, devices may come and go without end: what has nothing to say leaves the queue.</summary>
    private void Compact()
    {
        Queue<OwnKey> left = new();
        foreach (OwnKey key in _queued)
        {
            if (HasNews(key))
            {
                left.Enqueue(key);
            }
            else
            {
                key.IsQueued = false;
                RemoveIfDone(key);
            }
        }

        _queued = left;
        _compactAt = Math.Max(LeastCompacted, 2 * left.Count);
    }

    private static bool HasNews(OwnKey key) => key.IsWanted || key.IsStored || key.Loss is not null;

    private void NoteLoss(OwnKey key, OwnLoss loss)
    {
        key.Loss = loss;
        _losses.Enqueue(key);
        while (_losses.Count > MostLosses)
        {
            OwnKey oldest = _losses.Dequeue();
            if (oldest.Loss is not null && oldest != key)
            {
                oldest.Loss = null;
                DroppedLosses++;
            }
        }
    }

    private void RemoveIfDone(OwnKey key)
    {
        if (key.IsDone)
        {
            _keys.Remove(key.Name);
        }
    }
}
