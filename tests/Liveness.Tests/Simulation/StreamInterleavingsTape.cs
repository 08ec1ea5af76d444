using Liveness.Tests.InBand;

namespace Liveness.Tests.Simulation;

/// <summary>
/// What one direction should carry: the writes in order, each whole, but for those that were cancelled or failed, of which any beginning
/// may have gone.
/// </summary>
/// <remarks>
/// Bytes are pseudo-random and never the poison, so where a beginning ended shows within a few bytes; all places that are still possible
/// are followed.
/// </remarks>
internal sealed class StreamInterleavingsTape(int seed)
{
    private readonly List<Write> _writes = [];
    private List<Place> _places = [new Place(0, 0)];
    private List<Place> _next = [];

    public long Written { get; private set; }

    public long Read { get; private set; }

    /// <summary>What the reader has got so far can have been written.</summary>
    public bool IsSound => _places.Count > 0;

    /// <summary>The reader has got all that was written.</summary>
    public bool IsComplete => _places.Any(place => place.Write == _writes.Count);

    public byte[] Begin(int length)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++)
        {
            bytes[i] = ByteAt(_writes.Count, i);
        }

        _writes.Add(new Write(length, MayBeCutShort: false));
        Advance();
        return bytes;
    }

    /// <summary>So many have begun; the newest is the last of them.</summary>
    public int Count => _writes.Count;

    /// <summary>A write was accepted as a whole.</summary>
    public void EndWell(int write) => Written += _writes[write].Length;

    /// <summary>A write was cancelled, or failed: any beginning of it may have been accepted.</summary>
    public void EndBadly(int write)
    {
        _writes[write] = _writes[write] with { MayBeCutShort = true };
        Advance();
    }

    /// <summary>A write was refused at once: nothing of it may arrive.</summary>
    public void Withdraw(int write)
    {
        _writes[write] = new Write(0, MayBeCutShort: false);
        Advance();
    }

    public void Take(ReadOnlySpan<byte> bytes)
    {
        Read += bytes.Length;
        foreach (byte value in bytes)
        {
            _next.Clear();
            foreach (Place place in _places)
            {
                if (place.Write < _writes.Count && place.Offset < _writes[place.Write].Length && ByteAt(place.Write, place.Offset) == value)
                {
                    _next.Add(place with { Offset = place.Offset + 1 });
                }
            }

            (_places, _next) = (_next, _places);
            Advance();
        }
    }

    /// <summary>From the end of a write, and from anywhere in one that is not whole, it may go on with the next.</summary>
    private void Advance()
    {
        for (int i = 0; i < _places.Count; i++)
        {
            Place place = _places[i];
            Place next = new(place.Write + 1, 0);
            if (place.Write < _writes.Count && (place.Offset == _writes[place.Write].Length || _writes[place.Write].MayBeCutShort) && !_places.Contains(next))
            {
                _places.Add(next);
            }
        }
    }

    private byte ByteAt(int write, int offset)
    {
        uint hash = (uint)seed ^ ((uint)write * 0x9E3779B9) ^ ((uint)offset * 0x85EBCA6B);
        hash = (hash ^ (hash >> 15)) * 0x2C1B3C6D;
        hash = (hash ^ (hash >> 12)) * 0x297A2D39;
        byte value = (byte)(hash ^ (hash >> 15));
        return value == PoisoningPool.Poison ? (byte)0 : value;
    }

    private readonly record struct Write(int Length, bool MayBeCutShort);

    private readonly record struct Place(int Write, int Offset);
}
