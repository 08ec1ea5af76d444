using System.Runtime.InteropServices;

namespace Liveness;

/// <summary>
/// What the application has lent to a write and what is not yet taken of it. Nothing of it is kept when the write returns.
/// </summary>
internal struct LentBytes(ReadOnlyMemory<byte> bytes)
{
    private ReadOnlyMemory<byte> _rest = bytes;

    public readonly int Length => _rest.Length;

    public readonly bool IsEmpty => _rest.IsEmpty;

    public readonly ReadOnlySpan<byte> Span => _rest.Span;

    /// <summary>Copies the first bytes away: they are taken.</summary>
    public void MoveTo(Span<byte> destination, int count)
    {
        _rest.Span[..count].CopyTo(destination);
        Skip(count);
    }

    /// <summary>They are taken.</summary>
    public void Skip(int count) => _rest = _rest[count..];

    /// <returns>False = they lie in no array, and can only be copied.</returns>
    public readonly bool TryGetArray(out ArraySegment<byte> array) => MemoryMarshal.TryGetArray(_rest, out array);
}
