using System.Text;

namespace Liveness.Tests;

/// <summary>Whole frames as byte arrays.</summary>
internal static class Frames
{
    public static HelloFrame SomeHello { get; } = new(
        1, 1, 0, UInt128.One, UInt128.MaxValue, new WireIntervals(250, 20, 20), WireLimits.MaxDataPayload, 65536);

    public static BeatFrame SomeBeat { get; } = new(7, 3, 1500, 12, 1000, 900, 5, BeatFlags.AnswerAtOnce, 1);

    public static byte[] Hello(HelloFrame frame) => Write(room => FrameWriter.WriteHello(room, frame));

    public static byte[] Hello() => Hello(SomeHello);

    public static byte[] Beat(BeatFrame frame) => Write(room => FrameWriter.WriteBeat(room, frame));

    public static byte[] Credit(ulong offset) => Write(room => FrameWriter.WriteCredit(room, offset));

    public static byte[] End() => Write(FrameWriter.WriteEnd);

    public static byte[] Goodbye(GoodbyeCode code, string reason) => Write(room => FrameWriter.WriteGoodbye(room, code, reason));

    public static byte[] Rate(RateFrame frame) => Write(room => FrameWriter.WriteRate(room, frame));

    public static byte[] Data(byte[] payload) => [.. Write(room => FrameWriter.WriteDataHeader(room, payload.Length)), .. payload];

    public static byte[] Data(string text) => Data(Encoding.UTF8.GetBytes(text));

    public static byte[] Raw(byte type, int length, byte[] payload) =>
        [type, (byte)(length >> 16), (byte)(length >> 8), (byte)length, .. payload];

    public static byte[] Raw(byte type, byte[] payload) => Raw(type, payload.Length, payload);

    private static byte[] Write(SpanWriter write)
    {
        byte[] room = new byte[WireLimits.MaxControlFrame];
        return room[..write(room)];
    }

    private delegate int SpanWriter(Span<byte> room);
}
