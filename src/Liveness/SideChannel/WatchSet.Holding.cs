using System.Net;

namespace Liveness;

/// <content>Who holds a connection: this set, a side connection, and which of two watches of one socket.</content>
internal sealed partial class WatchSet
{
    /// <summary>No look any more, and no new connections. Those that are there stay as they are.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
        }

        Scheduling.Unregister(this);
    }

    /// <returns>False where that link was told before, or it is no longer watched.</returns>
    public bool Claim(WatchedConnection connection, ISideLink link)
    {
        lock (_gate)
        {
            bool isNew = connection.Index >= 0 && connection.ToldOver != link;
            connection.ToldOver = link;
            return isNew;
        }
    }

    public bool Holds(WatchedConnection connection)
    {
        lock (_gate)
        {
            return connection.Index >= 0;
        }
    }

    /// <summary>The peer watches one of ours, or no longer: what it says of it is worth as much as an answer.</summary>
    public void Bind(WatchedConnection connection, SideSession? session, ulong id)
    {
        lock (_gate)
        {
            if (connection.Index < 0)
            {
                return;
            }

            connection.Session?.Watches.Remove(connection.Id);
            connection.Session = session;
            connection.Id = id;
            connection.Answer = session is null ? SideAnswer.None : SideAnswer.Watched;
            if (session is not null)
            {
                session.Watches[id] = connection;
                connection.WasConfirmed = true;
                connection.AnswerGeneration = connection.ConfirmedGeneration = session.Generation;
                connection.AnsweredAt = Scheduling.Now;
            }
        }

        Judge([connection]);
    }

    /// <summary>Somebody begins to open a side connection: it may be the peer of one that is silent, and then it lives.</summary>
    /// <returns>Whom it may come from; for <see cref="NoteDeparture"/>.</returns>
    public SideSession[] NoteArrival(IPAddress address)
    {
        lock (_gate)
        {
            SideSession[] silent = SilentNeedsLock(address);
            foreach (SideSession session in silent)
            {
                session.AtDoor++;
            }

            return silent;
        }
    }

    /// <summary>It has opened one, and thereby said who it is, or has not.</summary>
    public void NoteDeparture(SideSession[] arrivedFor, IPAddress address, bool opened)
    {
        lock (_gate)
        {
            foreach (SideSession session in arrivedFor)
            {
                session.AtDoor--;
            }

            // Also those that fell silent only meanwhile.
            foreach (SideSession session in opened ? [] : SilentNeedsLock(address))
            {
                session.KnockedAt = Scheduling.Now;
            }
        }
    }

    private SideSession[] SilentNeedsLock(IPAddress address) =>
        _silent.Count == 0 ? [] : [.. _silent.Where(session => session.IsAcceptingEnd && address.Equals(session.Remote?.Address))];

    /// <summary>Nobody at the other end watches them any more, over this side connection.</summary>
    public void Release(SideSession session)
    {
        foreach (WatchedConnection connection in Read<WatchedConnection[]>(() => [.. session.Watches.Values]))
        {
            if (Read(() => connection.Session == session))
            {
                Bind(connection, session: null, connection.Id);
            }
        }
    }
}
