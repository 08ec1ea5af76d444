namespace Liveness.Testing;

/// <summary>A first-in first-out queue of bytes that grows as needed; an unused one holds no memory.</summary>
internal sealed class ByteRing
{
    private const int Smallest = 512;

    private byte[] _bytes = [];
    private int _start;

    public int Count { get; private set; }

    public void Write(ReadOnlySpan<byte> source)
    {
        Grow(Count + source.Length);
        int end = (_start + Count) & (_bytes.Length - 1);
        int first = Math.Min(source.Length, _bytes.Length - end);
        source[..first].CopyTo(_bytes.AsSpan(end));
        source[first..].CopyTo(_bytes);
        Count += source.Length;
    }

    public void Read(Span<byte> destination)
    {
        int first = Math.Min(destination.Length, _bytes.Length - _start);
        _bytes.AsSpan(_start, first).CopyTo(destination);
        _bytes.AsSpan(0, destination.Length - first).CopyTo(destination[first..]);
        DropOldest(destination.Length);
    }

    public void DropOldest(int count)
    {
        Count -= count;
        _start = Count == 0 ? 0 : (_start + count) & (_bytes.Length - 1);
    }

    public void DropNewest(int count) => Count -= count;

    private void Grow(int needed)
    {
        if (needed <= _bytes.Length)
        {
            return;
        }

        byte[] larger = new byte[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(needed, Smallest))];
        int count = Count;
        Read(larger.AsSpan(0, count));
        (_bytes, _start, Count) = (larger, 0, count);
    }
}
