using System.Buffers.Binary;

namespace Liveness.Tool.Conformance;

/// <summary>The fields of a HELLO.</summary>
internal sealed record RawHello
{
    public const int Size = 64;

    public byte MinVersion { get; init; } = 1;

    public byte MaxVersion { get; init; } = 1;

    public ushort Flags { get; init; }

    public byte[] Endpoint { get; init; } = Guid.NewGuid().ToByteArray();

    public byte[] Instance { get; init; } = Guid.NewGuid().ToByteArray();

    public uint Rx { get; init; } = 1000;

    public uint MinRx { get; init; } = 20;

    public uint MinTx { get; init; } = 20;

    public uint MaxFrame { get; init; } = 65_536;

    public ulong FirstCredit { get; init; } = 65_536;

    /// <summary>Bytes of a later version behind the 64.</summary>
    public int More { get; init; }

    public byte[] ToFrame()
    {
        byte[] payload = new byte[Size + More];
        "LIVE"u8.CopyTo(payload);
        payload[4] = MinVersion;
        payload[5] = MaxVersion;
        BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(6), Flags);
        Instance.CopyTo(payload, 8);
        Endpoint.CopyTo(payload, 24);
        BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(40), Rx);
        BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(44), MinRx);
        BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(48), MinTx);
        BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(52), MaxFrame);
        BinaryPrimitives.WriteUInt64BigEndian(payload.AsSpan(56), FirstCredit);
        payload.AsSpan(Size).Fill(0xA5);
        return Raw.Frame(Raw.Hello, payload);
    }

    public static RawHello Of(ReadOnlySpan<byte> payload) => new()
    {
        MinVersion = payload[4],
        MaxVersion = payload[5],
        Flags = BinaryPrimitives.ReadUInt16BigEndian(payload[6..]),
        Endpoint = payload.Slice(24, 16).ToArray(),
        Instance = payload.Slice(8, 16).ToArray(),
        Rx = Raw.Number(payload, 40),
        MinRx = Raw.Number(payload, 44),
        MinTx = Raw.Number(payload, 48),
        MaxFrame = Raw.Number(payload, 52),
        FirstCredit = Raw.LongNumber(payload, 56),
        More = payload.Length - Size,
    };
}
