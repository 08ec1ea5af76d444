namespace Liveness.Tests.Support;

/// <summary>PeerFrames made by hand, as a peer that keeps to no rule would send them.</summary>
internal static class PeerFrames
{
    public static HelloFrame GoodHello => new(1, 1, 0, 88, 99, new WireIntervals(1_000, 20, 20), 65_536, 65_536);

    public static byte[] Hello(HelloFrame? hello = null) => Make(buffer => FrameWriter.WriteHello(buffer, hello ?? GoodHello));

    public static byte[] Beat(uint sequence, BeatFlags flags = BeatFlags.None, ulong received = 0, uint generation = 0, uint heardAgo = 0) => Make(buffer =>
        FrameWriter.WriteBeat(buffer, new BeatFrame(sequence, 0, BeatFrame.NoEcho, heardAgo, received, 0, 0, flags, generation)));

    public static byte[] Data(int length) => Make(buffer =>
    {
        int header = FrameWriter.WriteDataHeader(buffer, length);
        for (int i = 0; i < length; i++)
        {
            buffer[header + i] = (byte)i;
        }

        return header + length;
    });

    public static byte[] Credit(ulong offset) => Make(buffer => FrameWriter.WriteCredit(buffer, offset));

    public static byte[] Rate(uint generation, WireIntervals? intervals = null) =>
        Make(buffer => FrameWriter.WriteRate(buffer, new RateFrame(intervals ?? new WireIntervals(1_000, 20, 20), generation)));

    public static byte[] End() => Make(buffer => FrameWriter.WriteEnd(buffer));

    public static byte[] Goodbye(int code, string reason = "") => Make(buffer => FrameWriter.WriteGoodbye(buffer, (GoodbyeCode)code, reason));

    public static byte[] Raw(byte type, int length) => [type, (byte)(length >> 16), (byte)(length >> 8), (byte)length, .. new byte[length]];

    /// <summary>The types of whole frames, in their order.</summary>
    public static string Types(byte[] bytes)
    {
        List<string> types = [];
        for (int at = 0; at < bytes.Length;)
        {
            types.Add(((FrameType)bytes[at]).ToString());
            at += 4 + ((bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]);
        }

        return string.Join(' ', types);
    }

    private static byte[] Make(Func<byte[], int> write)
    {
        byte[] buffer = new byte[70_000];
        return buffer[..write(buffer)];
    }
}
