using System.Numerics;

namespace Liveness;

/// <summary>A hierarchical timer wheel: filing, moving and cancelling are O(1), nothing is allocated after construction.</summary>
/// <remarks>
/// Nine levels of 64 slots; a slot of the lowest level is 1 ms wide, one of each further level 64 times as wide. Together they span every
/// <see cref="Instant"/>, so there is no horizon. An entry is filed by the highest six-bit digit in which its due time differs from the
/// current time; therefore a lower level always comes before a higher one, and no level ever wraps. Not thread safe.
/// </remarks>
internal sealed class TimerWheel
{
    private const int BitsPerLevel = 6;
    private const int SlotsPerLevel = 1 << BitsPerLevel;
    private const int Levels = 9;
    private const int DueSlot = Levels * SlotsPerLevel;

    private readonly Slot[] _slots = new Slot[DueSlot + 1];
    private readonly ulong[] _occupied = new ulong[Levels];
    private ulong _current;

    public TimerWheel(Instant start) => _current = GranuleOf(start);

    /// <summary>
    /// When the earliest entry is due, or earlier where that entry has been cancelled since; never later.
    /// <see cref="Instant.Never"/> = nothing is filed.
    /// </summary>
    public Instant NextDue
    {
        get
        {
            int slot = _slots[DueSlot].First is null ? FirstOccupied() : DueSlot;
            return slot < 0 ? Instant.Never : _slots[slot].Earliest;
        }
    }

    /// <summary>Files the entry, or moves it. <see cref="Instant.Never"/> = cancels.</summary>
    public void Schedule(SchedulerEntry entry, Instant due)
    {
        Cancel(entry);
        if (due != Instant.Never)
        {
            entry.Due = due;
            File(entry);
        }
    }

    /// <summary>Takes the entry out, also from among those that wait to be taken; harmless when it is not filed.</summary>
    public void Cancel(SchedulerEntry entry)
    {
        if (entry.Slot != SchedulerEntry.NotFiled)
        {
            Remove(entry);
            entry.Due = Instant.Never;
        }
    }

    /// <summary>
    /// Turns the wheel: every entry that is due at <paramref name="now"/>, to the tick, can be taken with <see cref="TakeDue"/>.
    /// </summary>
    /// <returns>How many entries became due by this call.</returns>
    public int Advance(Instant now)
    {
        ulong target = Math.Max(GranuleOf(now), _current);
        int due = 0;
        for (int slot = FirstOccupied(); slot >= 0; slot = FirstOccupied())
        {
            ulong start = StartOf(slot);
            if (start > target)
            {
                break;
            }

            _current = start;
            due += Empty(slot, now);
            if (start == target && slot < SlotsPerLevel)
            {
                // What went back into this very millisecond is due later within it.
                break;
            }
        }

        _current = target;
        return due;
    }

    /// <summary>The next entry that <see cref="Advance"/> found due, no longer filed; null = no more.</summary>
    public SchedulerEntry? TakeDue()
    {
        SchedulerEntry? entry = _slots[DueSlot].First;
        if (entry is not null)
        {
            Cancel(entry);
        }

        return entry;
    }

    /// <summary>Every entry that is filed, in no order.</summary>
    public void CopyTo(List<SchedulerEntry> entries)
    {
        foreach (ref readonly Slot slot in _slots.AsSpan())
        {
            for (SchedulerEntry? entry = slot.First; entry is not null; entry = entry.Next)
            {
                entries.Add(entry);
            }
        }
    }

    private static ulong GranuleOf(Instant instant) =>
        ((ulong)instant.Ticks ^ (1UL << 63)) / TimeSpan.TicksPerMillisecond;

    private int FirstOccupied()
    {
        for (int level = 0; level < Levels; level++)
        {
            if (_occupied[level] != 0)
            {
                return (level * SlotsPerLevel) + BitOperations.TrailingZeroCount(_occupied[level]);
            }
        }

        return SchedulerEntry.NotFiled;
    }

    private ulong StartOf(int slot)
    {
        int shift = slot / SlotsPerLevel * BitsPerLevel;
        ulong rotation = _current >> (shift + BitsPerLevel) << (shift + BitsPerLevel);
        return rotation | ((ulong)(slot % SlotsPerLevel) << shift);
    }

    /// <summary>
    /// Moves what is due to the list of due entries and files the rest anew: on a lower level, for those of a higher one.
    /// </summary>
    private int Empty(int slot, Instant now)
    {
        SchedulerEntry? entry = _slots[slot].First;
        _slots[slot] = default;
        _occupied[slot / SlotsPerLevel] &= ~(1UL << (slot % SlotsPerLevel));
        int due = 0;
        while (entry is not null)
        {
            SchedulerEntry? next = entry.Next;
            if (entry.Due <= now)
            {
                Append(entry, DueSlot);
                due++;
            }
            else
            {
                File(entry);
            }

            entry = next;
        }

        return due;
    }

    private void File(SchedulerEntry entry)
    {
        ulong granule = Math.Max(GranuleOf(entry.Due), _current);
        int level = BitOperations.Log2(granule ^ _current) / BitsPerLevel;
        int index = (int)(granule >> (level * BitsPerLevel)) & (SlotsPerLevel - 1);
        _occupied[level] |= 1UL << index;
        Append(entry, (level * SlotsPerLevel) + index);
    }

    private void Append(SchedulerEntry entry, int number)
    {
        ref Slot slot = ref _slots[number];
        entry.Slot = (short)number;
        entry.Next = null;
        entry.Previous = slot.Last;
        if (slot.Last is null)
        {
            slot.First = entry;
            slot.Earliest = entry.Due;
        }
        else
        {
            slot.Last.Next = entry;
            slot.Earliest = Instant.Min(slot.Earliest, entry.Due);
        }

        slot.Last = entry;
    }

    private void Remove(SchedulerEntry entry)
    {
        int number = entry.Slot;
        ref Slot slot = ref _slots[number];
        if (entry.Previous is null)
        {
            slot.First = entry.Next;
        }
        else
        {
            entry.Previous.Next = entry.Next;
        }

        if (entry.Next is null)
        {
            slot.Last = entry.Previous;
        }
        else
        {
            entry.Next.Previous = entry.Previous;
        }

        if (slot.First is null && number != DueSlot)
        {
            _occupied[number / SlotsPerLevel] &= ~(1UL << (number % SlotsPerLevel));
        }

        entry.Next = null;
        entry.Previous = null;
        entry.Slot = SchedulerEntry.NotFiled;
    }

    /// <summary>A list of entries; <see cref="Earliest"/> may be too early after a removal, never too late.</summary>
    private struct Slot
    {
        public SchedulerEntry? First;
        public SchedulerEntry? Last;
        public Instant Earliest;
    }
}
