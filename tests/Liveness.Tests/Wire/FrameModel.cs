using System.Numerics;

namespace Liveness.Tests;

/// <summary>The slow and obvious parser that the real one is compared with: it has the whole stream, and knows PROTOCOL.md only.</summary>
internal sealed class FrameModel(byte[] stream, int maxFrame)
{
    private readonly List<string> _trace = [];

    public static List<string> Trace(byte[] stream, int maxFrame) => new FrameModel(stream, maxFrame).Run();

    private List<string> Run()
    {
        if (!CouldBeHello())
        {
            return ["NotLiveness"];
        }

        int position = 0;
        while (stream.Length - position >= 4)
        {
            int type = stream[position];
            int length = Number<int>(position + 1, 3);
            string? broken = BrokenByHeader(type, length);
            if (broken is not null)
            {
                _trace.Add("Violation " + broken);
                return _trace;
            }

            position += 4;
            int available = Math.Min(length, stream.Length - position);
            if (available < length)
            {
                AddTruncated(type, position, available);
                return _trace;
            }

            if (!Add(type, position, length))
            {
                return _trace;
            }

            position += length;
        }

        return _trace;
    }

    private bool CouldBeHello()
    {
        byte[] magic = [0x4C, 0x49, 0x56, 0x45];
        return (stream.Length < 1 || stream[0] == 1)
            && (stream.Length < 2 || stream[1] == 0)
            && (stream.Length < 3 || stream[2] <= 2)
            && (stream.Length < 4 || Number<int>(1, 3) is >= 64 and <= 512)
            && magic.Index().All(m => stream.Length <= 4 + m.Index || stream[4 + m.Index] == m.Item);
    }

    private string? BrokenByHeader(int type, int length) => type switch
    {
        0 => length == 0 || length > maxFrame ? "DataLength" : null,
        1 => length < 64 || length > 512 ? "HelloLength" : null,
        2 => length != 40 ? "BeatLength" : null,
        3 => length != 8 ? "CreditLength" : null,
        4 => length != 0 ? "EndLength" : null,
        5 => length < 2 || length > 258 ? "GoodbyeLength" : null,
        6 => length != 16 ? "RateLength" : null,
        < 128 => "UnknownFrameType",
        _ => length > 65536 ? "ExtensionLength" : null,
    };

    /// <summary>Of a frame that is cut off only DATA is seen.</summary>
    private void AddTruncated(int type, int at, int available)
    {
        if (type == 0 && available > 0)
        {
            _trace.Add("Part " + Convert.ToHexString(stream, at, available));
        }
    }

    private bool Add(int type, int at, int length)
    {
        _trace.Add(type switch
        {
            0 => "Data " + Convert.ToHexString(stream, at, length),
            1 => new HelloFrame(stream[at + 4], stream[at + 5], Number<ushort>(at + 6, 2), Number<UInt128>(at + 8, 16),
                Number<UInt128>(at + 24, 16), Intervals(at + 40), Number<uint>(at + 52, 4), Number<ulong>(at + 56, 8)).ToString(),
            2 => Beat(at),
            3 => "Credit " + Number<ulong>(at, 8),
            4 => "End",
            5 => new GoodbyeFrame((GoodbyeCode)Number<int>(at, 2), GoodbyeReason.Decode(stream.AsSpan(at + 2, length - 2))).ToString(),
            6 => new RateFrame(Intervals(at), Number<uint>(at + 12, 4)).ToString(),
            0x81 when length >= 4 => "ReconnectAfter " + Math.Min(Number<uint>(at, 4), 86_400_000u),
            _ => "Extension",
        });
        return !_trace[^1].StartsWith("Violation", StringComparison.Ordinal);
    }

    private string Beat(int at)
    {
        if (stream[at + 34] > 3)
        {
            return "Violation BeatFlags";
        }

        if (stream[at + 35] != 0)
        {
            return "Violation ReservedNotZero";
        }

        return new BeatFrame(Number<uint>(at, 4), Number<uint>(at + 4, 4), Number<uint>(at + 8, 4), Number<uint>(at + 12, 4),
            Number<ulong>(at + 16, 8), Number<ulong>(at + 24, 8), Number<ushort>(at + 32, 2), (BeatFlags)stream[at + 34],
            Number<uint>(at + 36, 4)).ToString();
    }

    private WireIntervals Intervals(int at) => new(Number<uint>(at, 4), Number<uint>(at + 4, 4), Number<uint>(at + 8, 4));

    private T Number<T>(int at, int size)
        where T : IBinaryInteger<T>
    {
        T value = T.Zero;
        for (int i = 0; i < size; i++)
        {
            value = (value * T.CreateTruncating(256)) + T.CreateTruncating(stream[at + i]);
        }

        return value;
    }
}
