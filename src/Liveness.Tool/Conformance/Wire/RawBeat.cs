using System.Buffers.Binary;

namespace Liveness.Tool.Conformance;

/// <summary>The fields of a BEAT.</summary>
internal readonly record struct RawBeat
{
    public const int Size = 40;
    public const byte Asks = 1;
    public const byte Answers = 2;

    public uint Seq { get; init; }

    public uint EchoSeq { get; init; }

    public uint EchoDelay { get; init; }

    public uint HeardAgo { get; init; }

    public ulong Received { get; init; }

    public ulong Consumed { get; init; }

    public ushort Lag { get; init; }

    public byte Flags { get; init; }

    public byte Reserved { get; init; }

    public uint Generation { get; init; }

    public byte[] ToFrame()
    {
        byte[] payload = new byte[Size];
        BinaryPrimitives.WriteUInt32BigEndian(payload, Seq);
        BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(4), EchoSeq);
        BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(8), EchoDelay);
        BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(12), HeardAgo);
        BinaryPrimitives.WriteUInt64BigEndian(payload.AsSpan(16), Received);
        BinaryPrimitives.WriteUInt64BigEndian(payload.AsSpan(24), Consumed);
        BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(32), Lag);
        payload[34] = Flags;
        payload[35] = Reserved;
        BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(36), Generation);
        return Raw.Frame(Raw.Beat, payload);
    }

    public static RawBeat Of(ReadOnlySpan<byte> payload) => new()
    {
        Seq = Raw.Number(payload, 0),
        EchoSeq = Raw.Number(payload, 4),
        EchoDelay = Raw.Number(payload, 8),
        HeardAgo = Raw.Number(payload, 12),
        Received = Raw.LongNumber(payload, 16),
        Consumed = Raw.LongNumber(payload, 24),
        Lag = BinaryPrimitives.ReadUInt16BigEndian(payload[32..]),
        Flags = payload[34],
        Reserved = payload[35],
        Generation = Raw.Number(payload, 36),
    };
}
