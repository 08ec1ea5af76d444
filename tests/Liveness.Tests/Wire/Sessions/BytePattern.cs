using System.Buffers.Binary;
using System.Globalization;

namespace Liveness.Tests.Wire.Sessions;

/// <summary>
/// Bytes as the session vectors write them: hexadecimal, ?? for any byte, token*n for repetition, $name for bytes that were seen before,
/// #n:first for numbers that count up.
/// </summary>
/// <param name="tokens">Without the names of byte strings: those are replaced before.</param>
internal sealed class BytePattern(IReadOnlyList<string> tokens)
{
    public byte FrameType => byte.Parse(tokens[0][..2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>To be sent.</summary>
    /// <param name="seen">Bytes by name.</param>
    /// <param name="round">How often it was sent before, in one step.</param>
    public byte[] Make(IReadOnlyDictionary<string, byte[]> seen, int round)
    {
        List<byte> bytes = [];
        foreach (string token in tokens)
        {
            bytes.AddRange(token[0] switch
            {
                '$' => Shifted(token, seen),
                '#' => Counted(token, round),
                _ => Repeated(token),
            });
        }

        return [.. bytes];
    }

    /// <summary>Whether a frame fits. Names that are new take the bytes that stand in their place.</summary>
    public bool Matches(ReadOnlySpan<byte> frame, Dictionary<string, byte[]> seen)
    {
        foreach (string token in tokens)
        {
            if (token[0] == '$' && token.Contains(':', StringComparison.Ordinal))
            {
                string[] parts = token[1..].Split(':');
                int length = Number(parts[1]);
                if (frame.Length < length)
                {
                    return false;
                }

                seen[parts[0]] = frame[..length].ToArray();
                frame = frame[length..];
                continue;
            }

            if (token.StartsWith("??", StringComparison.Ordinal))
            {
                int length = token.Length > 2 ? Number(token[3..]) : 1;
                if (frame.Length < length)
                {
                    return false;
                }

                frame = frame[length..];
                continue;
            }

            byte[] expected = token[0] == '$' ? Shifted(token, seen) : Repeated(token);
            if (!frame.StartsWith(expected))
            {
                return false;
            }

            frame = frame[expected.Length..];
        }

        return frame.IsEmpty;
    }

    /// <summary>$name, $name+1, $name-1.</summary>
    private static byte[] Shifted(string token, IReadOnlyDictionary<string, byte[]> seen)
    {
        int sign = token.IndexOfAny(['+', '-']);
        byte[] bytes = seen[sign < 0 ? token[1..] : token[1..sign]];
        if (sign >= 0)
        {
            bytes = [.. bytes];
            uint shifted = unchecked(BinaryPrimitives.ReadUInt32BigEndian(bytes) + (uint)Number(token[sign..]));
            BinaryPrimitives.WriteUInt32BigEndian(bytes, shifted);
        }

        return bytes;
    }

    /// <summary>#length:first.</summary>
    private static byte[] Counted(string token, int round)
    {
        string[] parts = token[1..].Split(':');
        byte[] bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, (ulong)(Number(parts[1]) + round));
        return bytes[^Number(parts[0])..];
    }

    private static byte[] Repeated(string token)
    {
        string[] parts = token.Split('*');
        byte[] once = Convert.FromHexString(parts[0]);
        return parts.Length == 1 ? once : [.. Enumerable.Repeat(once, Number(parts[1])).SelectMany(bytes => bytes)];
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
