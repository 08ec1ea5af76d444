using System.Diagnostics;

namespace Liveness;

/// <summary>Whose turn it is to write: one has it, the others wait in line, and the end of the application's writes waits for them
/// all.</summary>
/// <remarks>Nobody need take a turn whose bytes are all taken within one step under the lock.</remarks>
internal sealed class WriterTurns(InBandConnection connection)
{
    /// <summary>Those that wait for their turn. Under the lock.</summary>
    private readonly WriterLine _line = new();

    /// <summary>Somebody has the turn. Under the lock.</summary>
    private bool _isTaken;

    /// <summary>Somebody has the turn.</summary>
    public bool IsTakenNeedsLock
    {
        get
        {
            Debug.Assert(Monitor.IsEntered(Gate));
            return _isTaken;
        }
    }

    private object Gate => connection.Gate;

    private InBandSession Session => connection.Session;

    /// <returns>Whether there is nobody before it; otherwise it stands in the line, and waits by its own signal.</returns>
    public bool TryEnterNeedsLock(ref WritePlace place)
    {
        Debug.Assert(Monitor.IsEntered(Gate));
        if (!place.IsTaken && _isTaken)
        {
            place.IsTaken = true;
            place.Own = new WaitingWriter(connection.WorkQueue);
            _line.Add(place.Own);
        }

        return !place.WaitsForTurn;
    }

    /// <summary>A part of it will be on its way before the rest: nothing of others may come between.</summary>
    public void TakeNeedsLock(ref WritePlace place)
    {
        Debug.Assert(Monitor.IsEntered(Gate));
        place.IsTaken = true;
        _isTaken = true;
    }

    /// <summary>It is through, however: the next has its turn.</summary>
    /// <returns>What to do outside the lock.</returns>
    public SessionSignals LeaveNeedsLock(ref WritePlace place)
    {
        Debug.Assert(Monitor.IsEntered(Gate));
        bool hadTurn = !place.WaitsForTurn;
        place.IsTaken = false;
        if (!hadTurn)
        {
            _line.Remove(place.Own!);
            return SessionSignals.None;
        }

        if (_line.First is { } next)
        {
            _line.Remove(next);
            next.Set();
            return SessionSignals.None;
        }

        _isTaken = false;
        return Session.OnWritersDone();
    }

    /// <summary>As <see cref="LeaveNeedsLock"/>, for one that may have taken none.</summary>
    public void Leave(ref WritePlace place)
    {
        if (!place.IsTaken)
        {
            return;
        }

        SessionSignals signals;
        lock (Gate)
        {
            signals = LeaveNeedsLock(ref place);
        }

        connection.Act(signals);
    }

    /// <summary>The application ends its writes now: those that were called before go first.</summary>
    public void HoldEndNeedsLock()
    {
        Debug.Assert(Monitor.IsEntered(Gate));
        Session.AwaitsWriters = _isTaken && !Session.HasEnded;
    }

    /// <summary>Something has ended: whoever waits for a turn looks again.</summary>
    public void WakeAll()
    {
        lock (Gate)
        {
            _line.WakeAll();
        }
    }
}
