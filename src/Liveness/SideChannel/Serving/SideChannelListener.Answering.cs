using System.Net;

namespace Liveness;

/// <content>What clients ask, and what they get.</content>
public sealed partial class SideChannelListener
{
    private string? OnMessage(SideLink link, SideMessageType type, ReadOnlySpan<byte> payload)
    {
        SideSession session;
        lock (_gate)
        {
            session = _sessions[link];
        }

        switch (type)
        {
            case SideMessageType.Watch:
                WatchMessage watch = SideMessageDecoder.ReadWatch(payload);
                return OnWatch(link, session, watch.Id, new Wanted(watch.Tuple.Swap(), null));
            case SideMessageType.WatchKey:
                WatchKeyMessage watchKey = SideMessageDecoder.ReadWatchKey(payload);
                return OnWatch(link, session, watchKey.Id, new Wanted(default, new KeyHash(watchKey.KeyHash)));
            case SideMessageType.Ask:
                OnAsk(link, session, payload);
                return null;
            case SideMessageType.Unwatch:
                OnUnwatch(session, SideMessageDecoder.ReadUnwatch(payload));
                return null;
            case SideMessageType.Answer:
                _set.TakeAnswer(session, SideMessageDecoder.ReadAnswer(payload));
                return null;
            default:
                return "a side message that only a server sends";
        }
    }

    private string? OnWatch(SideLink link, SideSession session, ulong id, Wanted wanted)
    {
        if (session.Wanted.ContainsKey(id))
        {
            return "a watch id that is in use";
        }

        if (session.Wanted.Count >= _options.MaxWatchesPerPeer)
        {
            SideChannelLog.SideWatchRefused(_logger, link.Remote, WatchRefusal.TooManyWatches);
            Span<byte> message = stackalloc byte[SideLimits.MaxMessage];
            link.Send(message[..SideMessageWriter.WriteRefused(message, new RefusedMessage(id, WatchRefusal.TooManyWatches))]);
            return null;
        }

        lock (_gate)
        {
            session.Wanted.Add(id, wanted);
            session.WantedIds[wanted] = id;
        }

        Answer(link, session, id, wanted);
        return null;
    }

    private void OnAsk(SideLink link, SideSession session, ReadOnlySpan<byte> payload)
    {
        for (int i = 0; i < SideMessageDecoder.AskCount(payload); i++)
        {
            ulong id = SideMessageDecoder.AskId(payload, i);
            Answer(link, session, id, session.Wanted.GetValueOrDefault(id));
        }
    }

    private void Answer(SideLink link, SideSession session, ulong id, Wanted? wanted)
    {
        IPAddress source = link.Remote!.Address;
        if (AnswerWatched(link, session, id, wanted))
        {
            return;
        }

        SideAnswer unregistered = Unregistered(wanted, source);
        lock (_gate)
        {
            // The last word must be the newest: after "Watched", what was read before would end a connection that lives.
            if (wanted is null || Find(wanted, source) is null)
            {
                Send(link, new AnswerMessage(id, unregistered, AnswerMessage.Unknown, AnswerMessage.Unknown));
                return;
            }
        }

        AnswerWatched(link, session, id, wanted);
    }

    /// <returns>False where this process does not watch it.</returns>
    private bool AnswerWatched(SideLink link, SideSession session, ulong id, Wanted? wanted)
    {
        if (wanted is null || Find(wanted, link.Remote!.Address) is not { } connection)
        {
            return false;
        }

        _set.Bind(connection, session, id);
        Send(link, SideAnswering.Watched(_set, connection) with { Id = id });
        return true;
    }

    private static void Send(SideLink link, in AnswerMessage answer)
    {
        Span<byte> message = stackalloc byte[SideLimits.MaxMessage];
        link.Send(message[..SideMessageWriter.WriteAnswer(message, answer)]);
    }

    /// <summary>A tuple of somebody else's address is not looked up: whoever may not watch it learns nothing.</summary>
    private WatchedConnection? Find(Wanted wanted, IPAddress source)
    {
        lock (_gate)
        {
            return wanted.KeyHash is { } key ? _byKey.GetValueOrDefault(key.Value)
                : wanted.Tuple.Remote != ConnectionTuple.AddressOf(source) ? null
                : _byTuple.GetAlternateLookup<ConnectionTuple>().TryGetValue(wanted.Tuple, out WatchedConnection? named) ? named
                : null;
        }
    }

    private SideAnswer Unregistered(Wanted? wanted, IPAddress source) =>
        wanted is not { KeyHash: null } tuple ? SideAnswer.NotMyAddress : _table.Find(tuple.Tuple, ConnectionTuple.AddressOf(source));

    private void OnUnwatch(SideSession session, UnwatchMessage unwatch)
    {
        lock (_gate)
        {
            if (session.Wanted.Remove(unwatch.Id, out Wanted? wanted) && session.WantedIds.GetValueOrDefault(wanted) == unwatch.Id)
            {
                session.WantedIds.Remove(wanted);
            }
        }

        if (unwatch.Reason != UnwatchReason.NoLongerWatched)
        {
            _set.TakeUnwatch(session, unwatch);
        }
        else if (_set.Find(session, unwatch.Id) is { } connection)
        {
            _set.Bind(connection, session: null, connection.Entry.Id);
        }
    }

    /// <summary>A client asked for it before it was accepted here.</summary>
    private void AnswerWaiting(WatchedConnection connection)
    {
        Wanted wanted = new(connection.Entry.KeyHash is null ? connection.Entry.Tuple : default, connection.Entry.KeyHash);
        List<(SideLink Link, SideSession Session, ulong Id)> waiting = [];
        lock (_gate)
        {
            foreach ((SideLink link, SideSession session) in _sessions)
            {
                if (session.WantedIds.TryGetValue(wanted, out ulong id))
                {
                    waiting.Add((link, session, id));
                }
            }
        }

        waiting.ForEach(asker => Answer(asker.Link, asker.Session, asker.Id, wanted));
    }

    private void OnStopped(WatchedConnection connection)
    {
        lock (_gate)
        {
            // Unless a newer one of the same name has its place.
            if (connection.Entry.KeyHash is { } key)
            {
                if (_byKey.GetValueOrDefault(key.Value) == connection)
                {
                    _byKey.Remove(key.Value);
                }
            }
            else if (_byTuple.TryGetValue(connection, out WatchedConnection? registered) && registered == connection)
            {
                _byTuple.Remove(connection);
            }
        }
    }
}
