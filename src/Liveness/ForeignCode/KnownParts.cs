using System.Buffers;

namespace Liveness;

/// <summary>
/// The text of a line without what is not known. A field that is null would read as nothing or "(null)", by how many there are in the
/// message.
/// </summary>
internal static class KnownParts
{
    /// <summary>What stands before a value, in the brackets at the end of a line; what is part of another comes behind it.</summary>
    private static readonly string[] s_labels =
    [
        "first remote", "last remote", "own id", "name", "connection", "remote", "incident", "untold before", "diagnosis", "certainty",
        "error.type",
    ];

    /// <summary>One of these is in every text in which something is not known, and hardly ever in another.</summary>
    private static readonly SearchValues<string> s_signs = SearchValues.Create(["(null)", " , ", " ]", "  "], StringComparison.Ordinal);

    private static readonly (string Part, string Instead)[] s_unknown =
    [
        .. s_labels.SelectMany(static label => Forms(label)),
        (", (null) beats missing", ""),
        (",  beats missing", ""),
        ("connections of (null) ", "connections "),
        ("connections of  ", "connections "),
        (" []", ""),
    ];

    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAny(s_signs))
        {
            return text;
        }

        foreach ((string part, string instead) in s_unknown)
        {
            text = text.Replace(part, instead, StringComparison.Ordinal);
        }

        return text;
    }

    private static IEnumerable<(string Part, string Instead)> Forms(string label)
    {
        foreach (string nothing in (string[])["", "(null)"])
        {
            yield return ($"{label} {nothing}, ", "");
            yield return ($", {label} {nothing}]", "]");
            yield return ($"[{label} {nothing}]", "[]");
        }
    }
}
