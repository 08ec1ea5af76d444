using System.Diagnostics;
using System.Net;

namespace Liveness.SideChannel;

/// <summary>
/// Which connections the accepting end watches, by the names that clients know them by; what clients ask of them, and are told.
/// </summary>
/// <remarks>One lock for all of it: an answer is the newest word only while nobody registers a connection meanwhile.</remarks>
internal sealed class WatchRegistry
{
    private readonly SideChannelListenerOptions _options;
    private readonly GuardedLogger _logger;
    private readonly WatchSet _set;
    private readonly HostTable _table;
    private readonly Lock _gate = new();

    /// <summary>Guarded by the lock.</summary>
    private readonly HashSet<SideWatch> _byTuple = new(new SameAddresses());

    /// <summary>Guarded by the lock.</summary>
    private readonly Dictionary<Bytes32, SideWatch> _byKey = [];

    /// <summary>Guarded by the lock. The side connections that have proved themselves.</summary>
    private readonly Dictionary<SideLink, SideAsker> _askers = [];

    /// <param name="options">How much a peer may ask for.</param>
    /// <param name="logger">Told what is refused.</param>
    /// <param name="set">Watches them.</param>
    public WatchRegistry(SideChannelListenerOptions options, GuardedLogger logger, WatchSet set)
    {
        _options = options;
        _logger = logger;
        _set = set;
        _table = new HostTable(set.Scheduling.TimeProvider);
    }

    /// <summary>How many side connections have proved themselves and are open.</summary>
    public int AskerCount
    {
        get
        {
            lock (_gate)
            {
                return _askers.Count;
            }
        }
    }

    public SideLink[] Links()
    {
        lock (_gate)
        {
            return [.. _askers.Keys];
        }
    }

    public void Add(SideLink link, SideSession session)
    {
        lock (_gate)
        {
            _askers.Add(link, new SideAsker(link, session));
        }
    }

    public void Remove(SideLink link)
    {
        lock (_gate)
        {
            _askers.Remove(link);
        }
    }

    /// <returns>An older connection of the same name, which is history; null = there is none.</returns>
    public SideWatch? Register(SideWatch connection)
    {
        SideWatch? older;
        lock (_gate)
        {
            if (connection.Entry.KeyHash is { } key)
            {
                _byKey.Remove(key.Value, out older);
                _byKey.Add(key.Value, connection);
                return older;
            }

            if (_byTuple.TryGetValue(connection, out older))
            {
                _byTuple.Remove(older);
            }

            SideTables.MakeRoom(_byTuple);
            _byTuple.Add(connection);
            return older;
        }
    }

    /// <summary>It is no longer watched. A newer one of the same name keeps its place.</summary>
    public void Unregister(SideWatch connection)
    {
        lock (_gate)
        {
            if (connection.Entry.KeyHash is { } key)
            {
                if (_byKey.GetValueOrDefault(key.Value) == connection)
                {
                    _byKey.Remove(key.Value);
                }
            }
            else if (_byTuple.TryGetValue(connection, out SideWatch? registered) && registered == connection)
            {
                _byTuple.Remove(connection);
            }
        }
    }

    /// <summary>Tells those who have asked for it before it was accepted here.</summary>
    public void AnswerWaiting(SideWatch connection)
    {
        Wanted wanted = new(connection.Entry.KeyHash is null ? connection.Entry.Tuple : default, connection.Entry.KeyHash);
        List<(SideAsker Asker, ulong Id)> waiting = [];
        lock (_gate)
        {
            foreach (SideAsker asker in _askers.Values)
            {
                if (asker.Wanted.TryFind(wanted, out ulong id))
                {
                    waiting.Add((asker, id));
                }
            }
        }

        waiting.ForEach(asked => Answer(asked.Asker, asked.Id, wanted));
    }

    /// <returns>Null, or why the side connection is refused.</returns>
    public string? OnMessage(SideLink link, SideMessageType type, ReadOnlySpan<byte> payload)
    {
        SideAsker asker;
        lock (_gate)
        {
            asker = _askers[link];
        }

        switch (type)
        {
            case SideMessageType.Watch:
                WatchMessage watch = SideMessageDecoder.ReadWatch(payload);
                return OnWatch(asker, watch.Id, new Wanted(watch.Tuple.Swap(), null));
            case SideMessageType.WatchKey:
                WatchKeyMessage watchKey = SideMessageDecoder.ReadWatchKey(payload);
                return OnWatch(asker, watchKey.Id, new Wanted(default, new KeyHash(watchKey.KeyHash)));
            case SideMessageType.Ask:
                OnAsk(asker, payload);
                return null;
            case SideMessageType.Unwatch:
                OnUnwatch(asker, SideMessageDecoder.ReadUnwatch(payload));
                return null;
            case SideMessageType.Answer:
                _set.TakeAnswer(asker.Session, SideMessageDecoder.ReadAnswer(payload));
                return null;
            default:
                return "a side message that only a server sends";
        }
    }

    private string? OnWatch(SideAsker asker, ulong id, Wanted wanted)
    {
        bool isTooMany;
        lock (_gate)
        {
            if (asker.Wanted.Has(id))
            {
                return "a watch id that is in use";
            }

            isTooMany = asker.Wanted.Count >= _options.MaxWatchesPerPeer;
            if (!isTooMany)
            {
                asker.Wanted.Add(id, wanted);
            }
        }

        if (isTooMany)
        {
            SideChannelLog.SideWatchRefused(_logger, asker.Link.Remote, WatchRefusal.TooManyWatches, default);
            Span<byte> message = stackalloc byte[SideLimits.MaxMessage];
            asker.Link.Send(message[..SideMessageWriter.WriteRefused(message, new RefusedMessage(id, WatchRefusal.TooManyWatches))]);
            return null;
        }

        Answer(asker, id, wanted);
        return null;
    }

    private void OnAsk(SideAsker asker, ReadOnlySpan<byte> payload)
    {
        for (int i = 0; i < SideMessageDecoder.AskCount(payload); i++)
        {
            ulong id = SideMessageDecoder.AskId(payload, i);
            Wanted? wanted;
            lock (_gate)
            {
                wanted = asker.Wanted.Find(id);
            }

            Answer(asker, id, wanted);
        }
    }

    private void OnUnwatch(SideAsker asker, UnwatchMessage unwatch)
    {
        lock (_gate)
        {
            asker.Wanted.Remove(unwatch.Id);
        }

        if (unwatch.Reason != UnwatchReason.NoLongerWatched)
        {
            _set.TakeUnwatch(asker.Session, unwatch);
        }
        else if (_set.Find(asker.Session, unwatch.Id) is { } connection)
        {
            _set.Bind(connection, session: null, connection.Entry.Id);
        }
    }

    private void Answer(SideAsker asker, ulong id, Wanted? wanted)
    {
        if (AnswerWatched(asker, id, wanted))
        {
            return;
        }

        IPAddress source = asker.Link.Remote!.Address;
        SideAnswer unregistered = Unregistered(wanted, source);
        lock (_gate)
        {
            // The last word must be the newest: after "Watched", what was read before would end a connection that lives.
            if (wanted is null || FindNeedsLock(wanted.Value, source) is null)
            {
                Send(asker.Link, new AnswerMessage(id, unregistered, AnswerMessage.Unknown, AnswerMessage.Unknown));
                return;
            }
        }

        AnswerWatched(asker, id, wanted);
    }

    /// <returns>False where this process does not watch it.</returns>
    private bool AnswerWatched(SideAsker asker, ulong id, Wanted? wanted)
    {
        SideWatch? connection;
        lock (_gate)
        {
            connection = wanted is null ? null : FindNeedsLock(wanted.Value, asker.Link.Remote!.Address);
        }

        if (connection is null)
        {
            return false;
        }

        _set.Bind(connection, asker.Session, id);
        Send(asker.Link, SideAnswering.Watched(_set, connection) with { Id = id });
        return true;
    }

    private static void Send(SideLink link, in AnswerMessage answer)
    {
        Span<byte> message = stackalloc byte[SideLimits.MaxMessage];
        link.Send(message[..SideMessageWriter.WriteAnswer(message, answer)]);
    }

    /// <summary>A tuple of somebody else's address is not looked up: whoever may not watch it learns nothing.</summary>
    private SideWatch? FindNeedsLock(Wanted wanted, IPAddress source)
    {
        Debug.Assert(_gate.IsHeldByCurrentThread, "The registry is guarded by its lock.");
        return wanted.KeyHash is { } key ? _byKey.GetValueOrDefault(key.Value)
            : wanted.Tuple.Remote != ConnectionTuple.AddressOf(source) ? null
            : _byTuple.GetAlternateLookup<ConnectionTuple>().TryGetValue(wanted.Tuple, out SideWatch? named) ? named
            : null;
    }

    private SideAnswer Unregistered(Wanted? wanted, IPAddress source) =>
        wanted is not { KeyHash: null } named ? SideAnswer.NotMyAddress : _table.Find(named.Tuple, ConnectionTuple.AddressOf(source));
}
