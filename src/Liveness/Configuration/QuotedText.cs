using System.Globalization;
using System.Text;

namespace Liveness;

/// <summary>Text of a configuration in a message: on one line, whatever it is, and not too long.</summary>
internal static class QuotedText
{
    private const int Most = 64;

    public static string Of(string text)
    {
        StringBuilder quoted = new("\"");
        foreach (char letter in text.Take(Most))
        {
            quoted = char.IsControl(letter) || char.IsSurrogate(letter)
                ? quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}")
                : quoted.Append(letter);
        }

        return text.Length <= Most
            ? quoted.Append('"').ToString()
            : quoted.Append(CultureInfo.InvariantCulture, $"...\" ({text.Length} characters)").ToString();
    }
}
