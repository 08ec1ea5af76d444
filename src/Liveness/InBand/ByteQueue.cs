using System.Buffers;

namespace Liveness;

/// <summary>A bounded first-in first-out queue of bytes that holds no memory while it is empty.</summary>
internal sealed class ByteQueue
{
    private const int SmallestBuffer = 4096;

    private readonly int _capacity;
    private readonly ArrayPool<byte> _pool;
    private byte[] _buffer = [];
    private int _head;

    /// <param name="capacity">The most bytes it ever holds.</param>
    /// <param name="pool">Where its memory comes from; null = the shared pool.</param>
    public ByteQueue(int capacity, ArrayPool<byte>? pool = null) => (_capacity, _pool) = (capacity, pool ?? ArrayPool<byte>.Shared);

    public int Count { get; private set; }

    public int Free => _capacity - Count;

    /// <summary>Copies in as much as fits.</summary>
    /// <returns>How much that was.</returns>
    public int Enqueue(ReadOnlySpan<byte> bytes)
    {
        int taken = Math.Min(bytes.Length, Free);
        if (taken == 0)
        {
            return 0;
        }

        EnsureRoom(Count + taken);
        int tail = (_head + Count) % _buffer.Length;
        int first = Math.Min(taken, _buffer.Length - tail);
        bytes[..first].CopyTo(_buffer.AsSpan(tail));
        bytes[first..taken].CopyTo(_buffer);
        Count += taken;
        return taken;
    }

    /// <summary>Copies out as much as fits.</summary>
    /// <returns>How much that was.</returns>
    public int Dequeue(Span<byte> destination)
    {
        int taken = Math.Min(destination.Length, Count);
        if (taken == 0)
        {
            return 0;
        }

        int first = Math.Min(taken, _buffer.Length - _head);
        _buffer.AsSpan(_head, first).CopyTo(destination);
        _buffer.AsSpan(0, taken - first).CopyTo(destination[first..]);
        _head = (_head + taken) % _buffer.Length;
        Count -= taken;
        if (Count == 0)
        {
            Release();
        }

        return taken;
    }

    public void Clear()
    {
        Count = 0;
        Release();
    }

    private void EnsureRoom(int size)
    {
        if (size <= _buffer.Length)
        {
            return;
        }

        int wanted = Math.Min(Math.Max(Math.Max(size, SmallestBuffer), _buffer.Length * 2), Math.Max(_capacity, SmallestBuffer));
        byte[] larger = _pool.Rent(wanted);
        int held = Count;
        int first = Math.Min(held, _buffer.Length - _head);
        _buffer.AsSpan(_head, first).CopyTo(larger);
        _buffer.AsSpan(0, held - first).CopyTo(larger.AsSpan(first));
        Release();
        _buffer = larger;
    }

    private void Release()
    {
        if (_buffer.Length != 0)
        {
            _pool.Return(_buffer);
        }

        _buffer = [];
        _head = 0;
    }
}
