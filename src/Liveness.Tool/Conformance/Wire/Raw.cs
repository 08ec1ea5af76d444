using System.Buffers.Binary;
using System.Text;

namespace Liveness.Tool.Conformance;

/// <summary>
/// The frames of PROTOCOL.md, written by hand. Nothing here is the library's own codec: a mistake that both ends share would not be seen.
/// </summary>
internal static class Raw
{
    public const byte Data = 0;
    public const byte Hello = 1;
    public const byte Beat = 2;
    public const byte Credit = 3;
    public const byte End = 4;
    public const byte Goodbye = 5;
    public const byte Rate = 6;
    public const byte FirstExtension = 0x80;
    public const uint NoEcho = 0xFFFFFFFF;
    public const int HeaderSize = 4;

    private static readonly string[] s_names = ["DATA", "HELLO", "BEAT", "CREDIT", "END", "GOODBYE", "RATE"];

    public static string NameOf(byte type) => type < s_names.Length ? s_names[type] : $"0x{type:X2}";

    public static byte TypeOf(string name) => Array.IndexOf(s_names, name) is >= 0 and int type
        ? (byte)type
        : throw new FormatException($"\"{name}\" is no frame; there are {string.Join(", ", s_names)}");

    public static byte[] Frame(byte type, params byte[] payload)
    {
        byte[] frame = new byte[HeaderSize + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length);
        frame[0] = type;
        payload.CopyTo(frame, HeaderSize);
        return frame;
    }

    public static byte[] GoodbyeFrame(int code, string reason) =>
        Frame(Goodbye, [(byte)(code >> 8), (byte)code, .. Encoding.UTF8.GetBytes(reason)]);

    public static byte[] CreditFrame(ulong offset)
    {
        byte[] payload = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(payload, offset);
        return Frame(Credit, payload);
    }

    public static byte[] RateFrame(uint rx, uint minRx, uint minTx, uint generation)
    {
        byte[] payload = new byte[16];
        BinaryPrimitives.WriteUInt32BigEndian(payload, rx);
        BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(4), minRx);
        BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(8), minTx);
        BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(12), generation);
        return Frame(Rate, payload);
    }

    public static uint Number(ReadOnlySpan<byte> payload, int offset) => BinaryPrimitives.ReadUInt32BigEndian(payload[offset..]);

    public static ulong LongNumber(ReadOnlySpan<byte> payload, int offset) => BinaryPrimitives.ReadUInt64BigEndian(payload[offset..]);
}
