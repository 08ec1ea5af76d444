using System.Globalization;
using System.Text;

namespace Liveness;

/// <summary>The rule for the id that an application gives a connection of its own: it stands in lines of the log and on pages.</summary>
internal static class OwnIdRule
{
    public const int MaxLength = 128;

    /// <summary>Throws where it breaks the rule; null is none, and keeps it.</summary>
    /// <param name="id">Given by the application, which may have it from a peer.</param>
    /// <param name="parameter">As its caller knows it.</param>
    /// <exception cref="ArgumentException">It breaks the rule: the message says where, what is allowed and what to do.</exception>
    public static string? Checked(string? id, string parameter) =>
        Problem(id) is { } problem ? throw new ArgumentException(problem, parameter) : id;

    /// <summary>What is wrong with it; null = nothing. Of the text itself it says no more than one character, as a number.</summary>
    public static string? Problem(string? id)
    {
        if (id is null)
        {
            return null;
        }

        string? what = id.Length is 0 or > MaxLength
            ? string.Create(CultureInfo.InvariantCulture, $"OwnId has {id.Length} characters")
            : Offence(id);
        return what is null ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"{what}. Allowed are 1 to {MaxLength} characters without control characters, line breaks and lone surrogates, and no white "
            + $"space at either end. Trim and shorten it, or leave it null for none. The connection goes on, with the id that it had.");
    }

    private static string? Offence(string id)
    {
        for (int i = 0; i < id.Length;)
        {
            bool isWhole = Rune.TryGetRuneAt(id, i, out Rune rune);
            string? kind = !isWhole ? "a lone surrogate"
                : rune.Value is '\r' or '\n' or '\u0085' or '\u2028' or '\u2029' or '\v' or '\f' ? "a line break"
                : Rune.GetUnicodeCategory(rune) == UnicodeCategory.Control ? "a control character"
                : i == 0 && Rune.IsWhiteSpace(rune) ? "white space at its begin"
                : i + rune.Utf16SequenceLength == id.Length && Rune.IsWhiteSpace(rune) ? "white space at its end"
                : null;
            if (kind is not null)
            {
                return string.Create(CultureInfo.InvariantCulture, $"OwnId has {kind}, U+{(int)id[i]:X4}, at position {i}");
            }

            i += rune.Utf16SequenceLength;
        }

        return null;
    }
}
