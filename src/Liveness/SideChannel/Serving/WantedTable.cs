namespace Liveness.SideChannel;

/// <summary>What one client has asked to watch: found by the id that it gave, and by the name of the connection.</summary>
/// <remarks>
/// One row for each, in two lists at once: there may be a hundred thousand, and two dictionaries would take twice the memory. Not thread
/// safe.
/// </remarks>
internal sealed class WantedTable
{
    /// <summary>The end of a list; rows count from one.</summary>
    private const int None = 0;

    private Row[] _rows = [];

    /// <summary>The first row of each list: as many lists as there are rows.</summary>
    private int[] _byId = [];
    private int[] _byName = [];

    /// <summary>How many rows were ever used.</summary>
    private int _used;

    /// <summary>The first of those that are free again, linked as a list by ids is.</summary>
    private int _free;

    public int Count { get; private set; }

    public bool Has(ulong id) => Find(id) is not null;

    /// <param name="id">Not in it.</param>
    /// <param name="wanted">May be in it, by another id: then this one is found by the name.</param>
    public void Add(ulong id, in Wanted wanted)
    {
        int row = _free;
        if (row != None)
        {
            _free = _rows[row - 1].NextById;
        }
        else
        {
            MakeRoom();
            row = ++_used;
        }

        _rows[row - 1] = new Row { Id = id, Wanted = wanted };
        Link(row);
        Count++;
    }

    /// <summary>Nothing where it is not in it.</summary>
    public void Remove(ulong id)
    {
        if (_used == 0)
        {
            return;
        }

        ref int toRow = ref ListOf(id);
        while (toRow != None && _rows[toRow - 1].Id != id)
        {
            toRow = ref _rows[toRow - 1].NextById;
        }

        int row = toRow;
        if (row == None)
        {
            return;
        }

        toRow = _rows[row - 1].NextById;
        (int before, int behind) = (_rows[row - 1].BeforeByName, _rows[row - 1].NextByName);
        ref int toNamed = ref before == None ? ref ListOf(_rows[row - 1].Wanted) : ref _rows[before - 1].NextByName;
        toNamed = behind;
        if (behind != None)
        {
            _rows[behind - 1].BeforeByName = before;
        }

        _rows[row - 1] = new Row { NextById = _free };
        _free = row;
        Count--;
    }

    /// <returns>Null = it is not in it.</returns>
    public Wanted? Find(ulong id)
    {
        for (int row = _used == 0 ? None : ListOf(id); row != None; row = _rows[row - 1].NextById)
        {
            if (_rows[row - 1].Id == id)
            {
                return _rows[row - 1].Wanted;
            }
        }

        return null;
    }

    /// <summary>Of two of one name, the newer.</summary>
    public bool TryFind(in Wanted wanted, out ulong id)
    {
        for (int row = _used == 0 ? None : ListOf(wanted); row != None; row = _rows[row - 1].NextByName)
        {
            if (_rows[row - 1].Wanted == wanted)
            {
                id = _rows[row - 1].Id;
                return true;
            }
        }

        id = 0;
        return false;
    }

    private void MakeRoom()
    {
        if (_used < _rows.Length)
        {
            return;
        }

        int[] before = _byName;
        Array.Resize(ref _rows, SideTables.Grown(_used));
        (_byId, _byName) = (new int[_rows.Length], new int[_rows.Length]);
        foreach (int first in before)
        {
            // From the oldest on: who is linked last is in front. No row is free, so each is in one of these lists.
            for (int row = Reversed(first), next; row != None; row = next)
            {
                next = _rows[row - 1].NextByName;
                Link(row);
            }
        }
    }

    /// <returns>The last of a list by names, which leads to the others now.</returns>
    private int Reversed(int first)
    {
        int last = None;
        while (first != None)
        {
            ref int next = ref _rows[first - 1].NextByName;
            int following = next;
            next = last;
            (last, first) = (first, following);
        }

        return last;
    }

    private void Link(int row)
    {
        ref Row linked = ref _rows[row - 1];
        ref int byId = ref ListOf(linked.Id);
        ref int byName = ref ListOf(linked.Wanted);
        (linked.NextById, byId) = (byId, row);
        linked.BeforeByName = None;
        if (byName != None)
        {
            _rows[byName - 1].BeforeByName = row;
        }

        (linked.NextByName, byName) = (byName, row);
    }

    /// <summary>Seeded anew in every process: ids and names are the client's, who may not choose who shares a list.</summary>
    private ref int ListOf(ulong id) => ref _byId[Place(HashCode.Combine(id))];

    private ref int ListOf(in Wanted wanted) => ref _byName[Place(HashCode.Combine(wanted))];

    private int Place(int hash) => (int)(((ulong)(uint)hash * (uint)_rows.Length) >> 32);

    private struct Row
    {
        public ulong Id;
        public Wanted Wanted;
        public int NextById;
        public int NextByName;

        /// <summary>One client may ask for one name as often as it likes, and take that back in any order.</summary>
        public int BeforeByName;
    }
}
