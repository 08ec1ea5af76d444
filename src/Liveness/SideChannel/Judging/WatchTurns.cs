using System.Diagnostics;

namespace Liveness.SideChannel;

/// <summary>Who is in a <see cref="WatchSet"/>, in one row, and whose turn it is to be looked at.</summary>
/// <remarks>
/// Where an entry stands it knows itself (<see cref="WatchEntry.Index"/>), so that taking one out of thousands is no search.
/// </remarks>
/// <param name="gate">Of the set: guards the row and everything here. Its holder calls.</param>
internal sealed class WatchTurns(Lock gate)
{
    /// <summary>Guarded by the gate.</summary>
    private readonly List<WatchEntry> _row = [];

    /// <summary>Guarded by the gate. Whose turn was last.</summary>
    private int _last;

    public int CountNeedsLock
    {
        get
        {
            Debug.Assert(gate.IsHeldByCurrentThread, "Entries are guarded by the gate of the set.");
            return _row.Count;
        }
    }

    public SideWatch[] AllNeedsLock()
    {
        Debug.Assert(gate.IsHeldByCurrentThread, "Entries are guarded by the gate of the set.");
        return [.. _row.Select(static entry => entry.Connection)];
    }

    public void AddNeedsLock(WatchEntry entry)
    {
        Debug.Assert(gate.IsHeldByCurrentThread, "Entries are guarded by the gate of the set.");
        entry.Index = _row.Count;
        SideTables.MakeRoom(_row);
        _row.Add(entry);
    }

    /// <summary>One that is in it; the last one takes its place.</summary>
    public void RemoveNeedsLock(WatchEntry entry)
    {
        Debug.Assert(gate.IsHeldByCurrentThread, "Entries are guarded by the gate of the set.");
        WatchEntry last = _row[^1];
        _row[entry.Index] = last;
        last.Index = entry.Index;
        _row.RemoveAt(_row.Count - 1);
        entry.Index = -1;
    }

    /// <summary>How many turns there are in a tick, so that each has one in so long.</summary>
    public int InATickNeedsLock(TimeSpan tick, TimeSpan lookEvery)
    {
        Debug.Assert(gate.IsHeldByCurrentThread, "Entries are guarded by the gate of the set.");
        return (int)Math.Min(_row.Count, Math.Ceiling(_row.Count * (tick / lookEvery)));
    }

    /// <returns>Whose turn is next; null = nobody is there.</returns>
    public WatchEntry? TakeNeedsLock()
    {
        Debug.Assert(gate.IsHeldByCurrentThread, "Entries are guarded by the gate of the set.");
        if (_row.Count == 0)
        {
            return null;
        }

        _last = _last >= _row.Count - 1 ? 0 : _last + 1;
        return _row[_last];
    }
}
