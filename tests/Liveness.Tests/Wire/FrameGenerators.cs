using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;

namespace Liveness.Tests;

/// <summary>Random frames and byte streams; numbers favour the edges of their fields.</summary>
internal static class FrameGenerators
{
    private static readonly Gen<byte> s_byte = Gen.Choose(0, 255).Select(value => (byte)value);

    public static Gen<int[]> Pieces { get; } = Gen.OneOf(
        Gen.Constant(new[] { 1 }),
        Gen.Choose(0, 9).NonEmptyListOf().Select(list => list.ToArray()),
        Gen.Choose(1, 400).NonEmptyListOf().Select(list => list.ToArray()));

    public static Gen<byte[]> AnyBytes { get; } = s_byte.ArrayOf();

    /// <summary>One legal frame and what the trace says of it.</summary>
    public static Gen<(byte[] Bytes, string Trace)> Frame { get; } = Gen.OneOf(
        from payload in s_byte.NonEmptyListOf()
        select (Frames.Data([.. payload]), "Data " + Convert.ToHexString([.. payload])),
        from hello in Hello()
        select (Frames.Hello(hello), hello.ToString()),
        from beat in Beat()
        select (Frames.Beat(beat), beat.ToString()),
        from offset in U64()
        select (Frames.Credit(offset), "Credit " + offset),
        Gen.Constant((Frames.End(), "End")),
        from code in Gen.Choose(0, 0xFFFF)
        from reason in Gen.Elements("", "bye", "grüße 😀", new string('x', 256))
        select (Frames.Goodbye((GoodbyeCode)code, reason), new GoodbyeFrame((GoodbyeCode)code, reason).ToString()),
        from intervals in Intervals()
        from generation in U32()
        select (Frames.Rate(new RateFrame(intervals, generation)), new RateFrame(intervals, generation).ToString()),
        from type in Gen.Choose(0x80, 0xFF)
        from payload in s_byte.ArrayOf()
        let isKnown = type == 0x81 && payload.Length >= 4
        select (Frames.Raw((byte)type, payload), isKnown ? ReconnectAfter(payload) : "Extension"));

    /// <summary>A stream that starts as a HELLO mostly, goes on with frames that are legal mostly, and is cut anywhere.</summary>
    public static Gen<byte[]> Stream { get; } =
        from start in Gen.Frequency((9, Gen.Constant(Frames.Hello())), (1, AnyBytes))
        from frames in Gen.Frequency((6, Frame.Select(frame => frame.Bytes)), (1, Damaged()), (1, AnyBytes)).ListOf()
        from cut in Gen.Choose(0, 60)
        let whole = (byte[])[.. start, .. frames.SelectMany(frame => frame)]
        select whole[..Math.Max(0, whole.Length - Math.Max(0, cut - 30))];

    private static string ReconnectAfter(byte[] payload) =>
        "ReconnectAfter " + Math.Min(BinaryPrimitives.ReadUInt32BigEndian(payload), 86_400_000u);

    private static Gen<byte[]> Damaged() =>
        from frame in Frame
        from index in Gen.Choose(0, frame.Bytes.Length - 1)
        from value in s_byte
        select (byte[])[.. frame.Bytes[..index], value, .. frame.Bytes[(index + 1)..]];

    private static Gen<uint> U32() => Gen.OneOf(
        Gen.Elements(0u, 1u, 0x7FFFFFFFu, 0x80000000u, uint.MaxValue - 1, uint.MaxValue),
        s_byte.ArrayOf(4).Select(bytes => BitConverter.ToUInt32(bytes)));

    private static Gen<ulong> U64() =>
        from high in U32()
        from low in U32()
        select ((ulong)high << 32) | low;

    private static Gen<UInt128> U128() =>
        from high in U64()
        from low in U64()
        select new UInt128(high, low);

    private static Gen<WireIntervals> Intervals() =>
        from rx in U32()
        from minRx in U32()
        from minTx in U32()
        select new WireIntervals(rx, minRx, minTx);

    private static Gen<HelloFrame> Hello() =>
        from min in s_byte
        from max in s_byte
        from flags in Gen.Choose(0, 0xFFFF)
        from instance in U128()
        from endpoint in U128()
        from intervals in Intervals()
        from maxFrame in U32()
        from credit in U64()
        select new HelloFrame(min, max, (ushort)flags, instance, endpoint, intervals, maxFrame, credit);

    private static Gen<BeatFrame> Beat() =>
        from seq in U32()
        from echo in U32()
        from delay in U32()
        from heard in U32()
        from received in U64()
        from consumed in U64()
        from lag in Gen.Choose(0, 0xFFFF)
        from flags in Gen.Choose(0, 3)
        from generation in U32()
        select new BeatFrame(seq, echo, delay, heard, received, consumed, (ushort)lag, (BeatFlags)flags, generation);
}
