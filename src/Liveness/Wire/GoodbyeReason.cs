using System.Globalization;
using System.Text;

namespace Liveness;

/// <summary>Peer text made safe to print: it can neither break a log line nor change how the rest of it is displayed.</summary>
internal static class GoodbyeReason
{
    /// <summary>Invalid UTF-8 becomes U+FFFD; control and format characters (bidirectional controls among them) and line and paragraph
    /// separators become <c>\uXXXX</c>, one for each UTF-16 unit.</summary>
    public static string Decode(ReadOnlySpan<byte> utf8)
    {
        string text = Encoding.UTF8.GetString(utf8);
        StringBuilder? escaped = null;
        int position = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            int length = rune.Utf16SequenceLength;
            if (MustEscape(rune))
            {
                escaped ??= new StringBuilder(text.Length + 16).Append(text, 0, position);
                for (int i = 0; i < length; i++)
                {
                    escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[position + i]:X4}");
                }
            }
            else
            {
                escaped?.Append(text, position, length);
            }

            position += length;
        }

        return escaped?.ToString() ?? text;
    }

    private static bool MustEscape(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control
        or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator;
}
