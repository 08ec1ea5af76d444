using System.Buffers.Binary;

namespace Liveness.SideChannel;

/// <summary>32 bytes as a value: a nonce, or the SHA-256 of a key. Not for secrets: its comparison takes as long as it takes.</summary>
internal readonly record struct Bytes32(UInt128 First, UInt128 Second)
{
    public const int Size = 32;

    public static Bytes32 Read(ReadOnlySpan<byte> source) =>
        new(BinaryPrimitives.ReadUInt128BigEndian(source), BinaryPrimitives.ReadUInt128BigEndian(source[16..]));

    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt128BigEndian(destination, First);
        BinaryPrimitives.WriteUInt128BigEndian(destination[16..], Second);
    }
}
