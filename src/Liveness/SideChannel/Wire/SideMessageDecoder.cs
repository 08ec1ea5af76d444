using System.Buffers.Binary;

namespace Liveness.SideChannel;

/// <summary>Payloads as <see cref="SideMessageReader"/> hands them out, their form already checked. A proof is its payload.</summary>
internal static class SideMessageDecoder
{
    public static AuthMessage ReadAuth(ReadOnlySpan<byte> payload) =>
        new(payload[0], (SideAuthMethod)payload[1], Bytes32.Read(payload[2..]));

    /// <returns>The most connections that the sender lets us watch.</returns>
    public static uint ReadReady(ReadOnlySpan<byte> payload) => BinaryPrimitives.ReadUInt32BigEndian(payload);

    public static WatchMessage ReadWatch(ReadOnlySpan<byte> payload)
    {
        ReadOnlySpan<byte> tuple = payload.Slice(8, ConnectionTuple.Size);
        return new WatchMessage(
            ReadId(payload),
            new ConnectionTuple(
                BinaryPrimitives.ReadUInt128BigEndian(tuple),
                BinaryPrimitives.ReadUInt128BigEndian(tuple[16..]),
                BinaryPrimitives.ReadUInt16BigEndian(tuple[32..]),
                BinaryPrimitives.ReadUInt16BigEndian(tuple[34..])),
            BinaryPrimitives.ReadUInt64BigEndian(payload[(8 + ConnectionTuple.Size)..]));
    }

    public static WatchKeyMessage ReadWatchKey(ReadOnlySpan<byte> payload)
    {
        return new WatchKeyMessage(
            ReadId(payload), Bytes32.Read(payload[8..]), BinaryPrimitives.ReadUInt64BigEndian(payload[(8 + Bytes32.Size)..]));
    }

    public static AnswerMessage ReadAnswer(ReadOnlySpan<byte> payload)
    {
        return new AnswerMessage(
            ReadId(payload),
            (SideAnswer)payload[8],
            BinaryPrimitives.ReadUInt64BigEndian(payload[9..]),
            BinaryPrimitives.ReadUInt64BigEndian(payload[17..]));
    }

    public static int AskCount(ReadOnlySpan<byte> payload) => BinaryPrimitives.ReadUInt16BigEndian(payload);

    /// <param name="index">Below <see cref="AskCount"/>.</param>
    public static ulong AskId(ReadOnlySpan<byte> payload, int index) => BinaryPrimitives.ReadUInt64BigEndian(payload[(2 + (8 * index))..]);

    public static UnwatchMessage ReadUnwatch(ReadOnlySpan<byte> payload) => new(ReadId(payload), (UnwatchReason)payload[8]);

    public static RefusedMessage ReadRefused(ReadOnlySpan<byte> payload) => new(ReadId(payload), (WatchRefusal)payload[8]);

    private static ulong ReadId(ReadOnlySpan<byte> payload) => BinaryPrimitives.ReadUInt64BigEndian(payload);
}
