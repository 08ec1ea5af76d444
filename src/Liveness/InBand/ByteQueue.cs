using System.Buffers;
using System.Diagnostics;

namespace Liveness;

/// <summary>
/// A bounded first-in first-out queue of bytes in pooled pieces: growing never copies what is in it, and an empty one holds no piece.
/// </summary>
internal sealed class ByteQueue
{
    private const int SmallestPiece = 4 * 1024;

    /// <summary>Below the large object heap's 85,000 bytes.</summary>
    private const int LargestPiece = 64 * 1024;

    private readonly int _capacity;
    private readonly ArrayPool<byte> _pool;

    /// <summary>A ring; the pieces are full but for the beginning of the first and the end of the last.</summary>
    private byte[]?[] _pieces = [];
    private int _firstPiece;
    private int _pieceCount;
    private byte[]? _spare;
    private int _start;
    private int _end;

    /// <param name="capacity">The most bytes it ever holds.</param>
    /// <param name="pool">Where its memory comes from; null = the shared pool.</param>
    public ByteQueue(int capacity, ArrayPool<byte>? pool = null)
    {
        _capacity = capacity;
        _pool = pool ?? ArrayPool<byte>.Shared;
    }

    public int Count { get; private set; }

    public int Free => _capacity - Count;

    /// <summary>The oldest bytes as far as they lie together; empty only where the queue is. Valid until the next change.</summary>
    public ReadOnlySpan<byte> Front => _pieceCount == 0 ? [] : First.AsSpan(_start..(_pieceCount == 1 ? _end : First.Length));

    private byte[] First => _pieces[_firstPiece]!;

    private byte[] Last => _pieces[(_firstPiece + _pieceCount - 1) & (_pieces.Length - 1)]!;

    /// <summary>Copies in as much as fits.</summary>
    /// <returns>How much that was.</returns>
    public int Enqueue(ReadOnlySpan<byte> bytes)
    {
        int taken = Math.Min(bytes.Length, Free);
        bytes = bytes[..taken];
        while (!bytes.IsEmpty)
        {
            if (_pieceCount == 0 || _end == Last.Length)
            {
                AddPiece(bytes.Length);
            }

            int part = Math.Min(bytes.Length, Last.Length - _end);
            bytes[..part].CopyTo(Last.AsSpan(_end));
            _end += part;
            Count += part;
            bytes = bytes[part..];
        }

        return taken;
    }

    /// <summary>Copies out as much as fits.</summary>
    /// <returns>How much that was.</returns>
    public int Dequeue(Span<byte> destination)
    {
        int taken = 0;
        while (taken < destination.Length && Count > 0)
        {
            ReadOnlySpan<byte> front = Front;
            int part = Math.Min(front.Length, destination.Length - taken);
            front[..part].CopyTo(destination[taken..]);
            taken += part;
            Skip(part);
        }

        return taken;
    }

    /// <summary>Lets go of the oldest bytes.</summary>
    /// <param name="count">At most <see cref="Count"/>.</param>
    public void Skip(int count)
    {
        Debug.Assert(count >= 0 && count <= Count);
        Count -= count;
        if (Count == 0)
        {
            Release();
            return;
        }

        while (count > 0)
        {
            int part = Math.Min(count, First.Length - _start);
            _start += part;
            count -= part;
            if (_start == First.Length)
            {
                RemoveFirstPiece();
            }
        }
    }

    public void Clear()
    {
        Count = 0;
        Release();
    }

    private void AddPiece(int wanted)
    {
        if (_pieceCount == _pieces.Length)
        {
            LengthenRing();
        }

        int size = Math.Clamp(Math.Max(wanted, Count), SmallestPiece, LargestPiece);
        byte[] piece = _spare ?? _pool.Rent(size);
        _spare = null;
        _pieces[(_firstPiece + _pieceCount) & (_pieces.Length - 1)] = piece;
        _pieceCount++;
        _end = 0;
    }

    private void LengthenRing()
    {
        byte[]?[] longer = new byte[]?[Math.Max(4, _pieces.Length * 2)];
        for (int i = 0; i < _pieceCount; i++)
        {
            longer[i] = _pieces[(_firstPiece + i) & (_pieces.Length - 1)];
        }

        _pieces = longer;
        _firstPiece = 0;
    }

    /// <summary>While it flows one emptied piece waits here for the next bytes, so that a busy queue need not ask the pool.</summary>
    private void RemoveFirstPiece()
    {
        byte[] piece = TakeFirstPiece();
        if (_spare is null)
        {
            _spare = piece;
        }
        else
        {
            _pool.Return(piece);
        }
    }

    private byte[] TakeFirstPiece()
    {
        byte[] piece = First;
        _pieces[_firstPiece] = null;
        _firstPiece = (_firstPiece + 1) & (_pieces.Length - 1);
        _pieceCount--;
        _start = 0;
        return piece;
    }

    private void Release()
    {
        while (_pieceCount > 0)
        {
            _pool.Return(TakeFirstPiece());
        }

        if (_spare is not null)
        {
            _pool.Return(_spare);
            _spare = null;
        }

        _start = 0;
        _end = 0;
    }
}
