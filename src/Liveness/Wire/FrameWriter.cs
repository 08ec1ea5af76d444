using System.Buffers.Binary;
using System.Diagnostics;
using System.Text.Unicode;

namespace Liveness;

/// <summary>Writes whole frames of wire version 1. Every method returns the bytes written; the caller gives enough room, control frames
/// need at most <see cref="WireLimits.MaxControlFrame"/>.</summary>
internal static class FrameWriter
{
    /// <summary>The header alone: <paramref name="length"/> bytes of payload must follow.</summary>
    public static int WriteDataHeader(Span<byte> destination, int length)
    {
        Debug.Assert(length is > 0 and <= WireLimits.MaxDataPayload, "An empty or oversize DATA frame is a violation.");
        return WriteHeader(destination, FrameType.Data, length);
    }

    public static int WriteHello(Span<byte> destination, HelloFrame hello)
    {
        int offset = WriteHeader(destination, FrameType.Hello, WireLimits.HelloPayload);
        Span<byte> payload = destination.Slice(offset, WireLimits.HelloPayload);
        BinaryPrimitives.WriteUInt32BigEndian(payload, WireLimits.Magic);
        payload[4] = hello.MinVersion;
        payload[5] = hello.MaxVersion;
        BinaryPrimitives.WriteUInt16BigEndian(payload[6..], hello.Flags);
        BinaryPrimitives.WriteUInt128BigEndian(payload[8..], hello.InstanceId);
        BinaryPrimitives.WriteUInt128BigEndian(payload[24..], hello.EndpointId);
        WriteIntervals(payload[40..], hello.Intervals);
        BinaryPrimitives.WriteUInt32BigEndian(payload[52..], hello.MaxFrame);
        BinaryPrimitives.WriteUInt64BigEndian(payload[56..], hello.FirstCredit);
        return offset + WireLimits.HelloPayload;
    }

    public static int WriteBeat(Span<byte> destination, in BeatFrame beat)
    {
        int offset = WriteHeader(destination, FrameType.Beat, WireLimits.BeatPayload);
        Span<byte> payload = destination.Slice(offset, WireLimits.BeatPayload);
        BinaryPrimitives.WriteUInt32BigEndian(payload, beat.Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(payload[4..], beat.EchoSequence);
        BinaryPrimitives.WriteUInt32BigEndian(payload[8..], beat.EchoDelayMicroseconds);
        BinaryPrimitives.WriteUInt32BigEndian(payload[12..], beat.HeardAgoMilliseconds);
        BinaryPrimitives.WriteUInt64BigEndian(payload[16..], beat.Received);
        BinaryPrimitives.WriteUInt64BigEndian(payload[24..], beat.Consumed);
        BinaryPrimitives.WriteUInt16BigEndian(payload[32..], beat.LagMilliseconds);
        payload[34] = (byte)beat.Flags;
        payload[35] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(payload[36..], beat.RateGeneration);
        return offset + WireLimits.BeatPayload;
    }

    public static int WriteCredit(Span<byte> destination, ulong offset)
    {
        int written = WriteHeader(destination, FrameType.Credit, WireLimits.CreditPayload);
        BinaryPrimitives.WriteUInt64BigEndian(destination[written..], offset);
        return written + WireLimits.CreditPayload;
    }

    public static int WriteEnd(Span<byte> destination) => WriteHeader(destination, FrameType.End, 0);

    /// <summary>The reason is cut to 256 bytes of UTF-8, between two code points; lone surrogates become U+FFFD.</summary>
    public static int WriteGoodbye(Span<byte> destination, GoodbyeCode code, ReadOnlySpan<char> reason)
    {
        const int reasonOffset = WireLimits.HeaderSize + sizeof(ushort);
        Span<byte> room = destination[reasonOffset..];
        _ = Utf8.FromUtf16(reason, room[..Math.Min(room.Length, WireLimits.MaxGoodbyeReason)], out _, out int reasonLength);
        BinaryPrimitives.WriteUInt16BigEndian(destination[WireLimits.HeaderSize..], (ushort)code);
        return WriteHeader(destination, FrameType.Goodbye, sizeof(ushort) + reasonLength) + sizeof(ushort) + reasonLength;
    }

    public static int WriteRate(Span<byte> destination, in RateFrame rate)
    {
        int offset = WriteHeader(destination, FrameType.Rate, WireLimits.RatePayload);
        WriteIntervals(destination[offset..], rate.Intervals);
        BinaryPrimitives.WriteUInt32BigEndian(destination[(offset + 12)..], rate.Generation);
        return offset + WireLimits.RatePayload;
    }

    /// <param name="destination">Where to.</param>
    /// <param name="after">From zero to a day; what is less than a millisecond is cut off.</param>
    public static int WriteReconnectAfter(Span<byte> destination, TimeSpan after)
    {
        int offset = WriteHeader(destination, FrameType.ReconnectAfter, WireLimits.ReconnectAfterPayload);
        BinaryPrimitives.WriteUInt32BigEndian(destination[offset..], (uint)after.TotalMilliseconds);
        return offset + WireLimits.ReconnectAfterPayload;
    }

    private static int WriteHeader(Span<byte> destination, FrameType type, int length)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, ((uint)type << 24) | (uint)length);
        return WireLimits.HeaderSize;
    }

    private static void WriteIntervals(Span<byte> destination, WireIntervals intervals)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, intervals.RxMilliseconds);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], intervals.MinRxMilliseconds);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], intervals.MinTxMilliseconds);
    }
}
