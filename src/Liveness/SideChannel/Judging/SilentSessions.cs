using System.Diagnostics;
using System.Net;

namespace Liveness.SideChannel;

/// <summary>
/// The side connections that are silent or gone: when their connections are to be judged for that, and who comes to the door meanwhile.
/// </summary>
/// <param name="gate">Of the <see cref="WatchSet"/>: guards the sessions and everything here. Its holder calls.</param>
/// <param name="times">T and what follows from it.</param>
/// <param name="pauses">Our own pauses at a time.</param>
internal sealed class SilentSessions(Lock gate, WatchTimes times, Func<Instant, PauseLedger> pauses)
{
    /// <summary>Guarded by the gate.</summary>
    private readonly HashSet<SideSession> _silent = [];

    /// <summary>The session has changed.</summary>
    public void NoteNeedsLock(SideSession session, Instant now)
    {
        Debug.Assert(gate.IsHeldByCurrentThread, "Sessions are guarded by the gate of the set.");
        if (session.State == SideState.Alive)
        {
            // After a shorter silence the kernel asks again in time: its pauses double.
            if (_silent.Remove(session) && now - session.SilentSince >= times.DetectWithin / 4)
            {
                session.BackSince = now;
            }
        }
        else
        {
            session.JudgedAt = TimeSpan.Zero;
            session.Moment = new SideMoment(now, pauses(now));
            _silent.Add(session);
        }
    }

    /// <summary>
    /// A connection hangs on it from now on: while that is so, its silence is measured, although it may have been given up.
    /// </summary>
    public void KeepNeedsLock(SideSession session, Instant now)
    {
        Debug.Assert(gate.IsHeldByCurrentThread, "Sessions are guarded by the gate of the set.");
        if (session.State != SideState.Alive && !_silent.Contains(session))
        {
            NoteNeedsLock(session, now);
        }
    }

    /// <summary>What a silent side connection decides, it decides for all of its connections together, when the time has come.</summary>
    public void CollectDueNeedsLock(Instant now, ref WatchOutcomes outcomes)
    {
        Debug.Assert(gate.IsHeldByCurrentThread, "Sessions are guarded by the gate of the set.");

        // An accepted side connection never comes back: another takes its place.
        _silent.RemoveWhere(static session => session is { IsAcceptingEnd: true, Link: null, Watches.Count: 0 });
        TimeSpan soon = times.DetectWithin - times.Margin;
        TimeSpan awaits = SideVerdicts.KnockCounts > soon * 2 ? SideVerdicts.KnockCounts : soon * 2;
        foreach (SideSession session in _silent)
        {
            SideMoment moment = new(now, pauses(now));
            session.Moment = moment;
            TimeSpan silence = moment.Since(session.SilentSince);
            bool ungreeted = session.UngreetedSince != Instant.Never
                && Crosses(session, silence, silence - moment.Since(session.UngreetedSince) + soon);
            bool awaited = SinceKnockNeedsLock(session, moment) is { } knocked && Crosses(session, silence, silence - knocked + awaits);
            bool isDue = ungreeted || awaited || Crosses(session, silence, soon)
                || Crosses(session, silence, times.Bound - times.Margin) || Crosses(session, silence, soon * 2);
            if (isDue)
            {
                (outcomes.Sessions ??= []).Add(session);
            }

            session.JudgedAt = silence;
        }
    }

    /// <summary>For <see cref="SideFacts.SinceKnock"/>.</summary>
    public TimeSpan? SinceKnockNeedsLock(SideSession session, in SideMoment moment)
    {
        Debug.Assert(gate.IsHeldByCurrentThread, "Sessions are guarded by the gate of the set.");
        return session.AtDoor > 0 ? TimeSpan.Zero
            : session.KnockedAt == Instant.Never ? null
            : moment.Since(session.KnockedAt);
    }

    /// <summary>Somebody begins to open a side connection: it may be the peer of one that is silent, and then it lives.</summary>
    /// <returns>Whom it may come from; for <see cref="NoteDepartureNeedsLock"/>.</returns>
    public SideSession[] NoteArrivalNeedsLock(IPAddress address)
    {
        Debug.Assert(gate.IsHeldByCurrentThread, "Sessions are guarded by the gate of the set.");
        SideSession[] from = FromNeedsLock(address);
        foreach (SideSession session in from)
        {
            session.AtDoor++;
        }

        return from;
    }

    /// <summary>It has opened one, and thereby said who it is, or has not.</summary>
    public void NoteDepartureNeedsLock(SideSession[] arrivedFor, IPAddress address, bool opened, Instant now)
    {
        Debug.Assert(gate.IsHeldByCurrentThread, "Sessions are guarded by the gate of the set.");
        foreach (SideSession session in arrivedFor)
        {
            session.AtDoor--;
        }

        // Also those that fell silent only meanwhile.
        foreach (SideSession session in opened ? [] : FromNeedsLock(address))
        {
            session.KnockedAt = now;
        }
    }

    private static bool Crosses(SideSession session, TimeSpan silence, TimeSpan threshold) =>
        session.JudgedAt < threshold && silence >= threshold;

    private SideSession[] FromNeedsLock(IPAddress address)
    {
        Debug.Assert(gate.IsHeldByCurrentThread, "Sessions are guarded by the gate of the set.");
        return _silent.Count == 0 ? [] : [.. _silent.Where(session => session.IsAcceptingEnd && address.Equals(session.Remote?.Address))];
    }
}
