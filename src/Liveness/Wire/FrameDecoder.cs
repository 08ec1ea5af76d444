using System.Buffers.Binary;

namespace Liveness;

/// <summary>Payload bytes to structs. The lengths have been checked before.</summary>
internal static class FrameDecoder
{
    public static HelloFrame Hello(ReadOnlySpan<byte> payload) => new(
        MinVersion: payload[4],
        MaxVersion: payload[5],
        Flags: BinaryPrimitives.ReadUInt16BigEndian(payload[6..]),
        InstanceId: BinaryPrimitives.ReadUInt128BigEndian(payload[8..]),
        EndpointId: BinaryPrimitives.ReadUInt128BigEndian(payload[24..]),
        Intervals: Intervals(payload[40..]),
        MaxFrame: BinaryPrimitives.ReadUInt32BigEndian(payload[52..]),
        FirstCredit: BinaryPrimitives.ReadUInt64BigEndian(payload[56..]));

    public static BeatFrame Beat(ReadOnlySpan<byte> payload) => new(
        Sequence: BinaryPrimitives.ReadUInt32BigEndian(payload),
        EchoSequence: BinaryPrimitives.ReadUInt32BigEndian(payload[4..]),
        EchoDelayMicroseconds: BinaryPrimitives.ReadUInt32BigEndian(payload[8..]),
        HeardAgoMilliseconds: BinaryPrimitives.ReadUInt32BigEndian(payload[12..]),
        Received: BinaryPrimitives.ReadUInt64BigEndian(payload[16..]),
        Consumed: BinaryPrimitives.ReadUInt64BigEndian(payload[24..]),
        LagMilliseconds: BinaryPrimitives.ReadUInt16BigEndian(payload[32..]),
        Flags: (BeatFlags)payload[34],
        RateGeneration: BinaryPrimitives.ReadUInt32BigEndian(payload[36..]));

    public static ulong Credit(ReadOnlySpan<byte> payload) => BinaryPrimitives.ReadUInt64BigEndian(payload);

    public static GoodbyeFrame Goodbye(ReadOnlySpan<byte> payload) =>
        new((GoodbyeCode)BinaryPrimitives.ReadUInt16BigEndian(payload), GoodbyeReason.Decode(payload[sizeof(ushort)..]));

    /// <summary>Never longer than a day, whatever the peer says.</summary>
    public static TimeSpan ReconnectAfter(ReadOnlySpan<byte> payload) => TimeSpan.FromMilliseconds(
        Math.Min(BinaryPrimitives.ReadUInt32BigEndian(payload), WireLimits.MaxReconnectAfterMilliseconds));

    public static RateFrame Rate(ReadOnlySpan<byte> payload) =>
        new(Intervals(payload), BinaryPrimitives.ReadUInt32BigEndian(payload[12..]));

    private static WireIntervals Intervals(ReadOnlySpan<byte> payload) => new(
        BinaryPrimitives.ReadUInt32BigEndian(payload),
        BinaryPrimitives.ReadUInt32BigEndian(payload[4..]),
        BinaryPrimitives.ReadUInt32BigEndian(payload[8..]));
}
