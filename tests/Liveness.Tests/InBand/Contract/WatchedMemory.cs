using System.Buffers;

namespace Liveness.Tests.InBand;

/// <summary>Memory that is no array, and tells whenever somebody looks at it.</summary>
internal sealed class WatchedMemory(int size, Action<int> onLook) : MemoryManager<byte>
{
    private readonly byte[] _bytes = new byte[size];
    private int _looks;

    public override Span<byte> GetSpan()
    {
        onLook(++_looks);
        return _bytes;
    }

    public override MemoryHandle Pin(int elementIndex = 0) => _bytes.AsMemory(elementIndex).Pin();

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
