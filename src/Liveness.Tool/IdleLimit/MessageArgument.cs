using System.Globalization;
using System.Text;

namespace Liveness.Tool.IdleLimit;

/// <summary>Bytes on the command line: text, with \r, \n, \t, \\ and \xNN. Pure.</summary>
internal static class MessageArgument
{
    /// <summary>It must fit one segment.</summary>
    public const int MostBytes = 1000;

    /// <returns>False where an escape is none, or nothing or too much is left.</returns>
    public static bool TryParse(string text, out byte[] message)
    {
        List<byte> bytes = [];
        bool isGood = true;
        for (int i = 0; i < text.Length && isGood; i++)
        {
            if (text[i] != '\\')
            {
                int length = char.IsSurrogatePair(text, i) ? 2 : 1;
                bytes.AddRange(Encoding.UTF8.GetBytes(text.Substring(i, length)));
                i += length - 1;
            }
            else
            {
                isGood = TryEscape(text.AsSpan(i + 1), out byte value, out int length);
                bytes.Add(value);
                i += length;
            }
        }

        message = isGood ? [.. bytes] : [];
        return isGood && bytes.Count is > 0 and <= MostBytes;
    }

    /// <param name="text">Behind the backslash.</param>
    /// <param name="value">What it stands for.</param>
    /// <param name="length">Of the escape, without the backslash.</param>
    private static bool TryEscape(ReadOnlySpan<char> text, out byte value, out int length)
    {
        length = text is ['x', ..] ? 3 : 1;
        value = text switch
        {
            ['r', ..] => (byte)'\r',
            ['n', ..] => (byte)'\n',
            ['t', ..] => (byte)'\t',
            ['\\', ..] => (byte)'\\',
            _ => 0,
        };
        return value != 0 || (text is ['x', _, _, ..] && IsHexadecimal(text[1..3], out value));
    }

    private static bool IsHexadecimal(ReadOnlySpan<char> digits, out byte value) =>
        byte.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
