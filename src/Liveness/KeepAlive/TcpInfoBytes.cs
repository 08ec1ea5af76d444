using System.Runtime.InteropServices;

namespace Liveness.KeepAlive;

/// <summary>
/// Fields of a kernel's structure, in this machine's byte order. What lies behind the returned length is null: older kernels return less.
/// </summary>
internal readonly ref struct TcpInfoBytes(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public byte? U8(int offset) => Read<byte>(offset);

    public ushort? U16(int offset) => Read<ushort>(offset);

    public uint? U32(int offset) => Read<uint>(offset);

    /// <summary>Counters do not reach the sign bit in the life of a connection; what does is garbage.</summary>
    public long? U64(int offset) => Read<ulong>(offset) is { } value and <= long.MaxValue ? (long)value : null;

    public int? I32(int offset) => Read<uint>(offset) is { } value and <= int.MaxValue ? (int)value : null;

    public TimeSpan? Microseconds(int offset) => U32(offset) is { } value ? TimeSpan.FromMicroseconds((long)value) : null;

    public TimeSpan? LongMicroseconds(int offset)
    {
        return U64(offset) is { } value && value <= TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerMicrosecond
            ? TimeSpan.FromMicroseconds(value)
            : null;
    }

    public TimeSpan? Milliseconds(int offset) => U32(offset) is { } value ? TimeSpan.FromMilliseconds((long)value) : null;

    private T? Read<T>(int offset)
        where T : unmanaged
    {
        return MemoryMarshal.TryRead(_bytes[Math.Min(offset, _bytes.Length)..], out T value) ? value : null;
    }
}
