using System.Globalization;

namespace Liveness.AspNetCore;

/// <summary>Durations and long texts for people. The page's script writes durations in the same way.</summary>
internal static class StatusText
{
    private const string Unknown = "–";

    public static string Duration(double? seconds)
    {
        if (seconds is not { } s)
        {
            return Unknown;
        }

        return s switch
        {
            < 0.01 => Decimals(s * 1000, 2) + " ms",
            < 1 => Decimals(s * 1000, 0) + " ms",
            < 60 => Decimals(s, 1) + " s",
            < 3600 => Pair(s / 60, "min", s % 60, "s"),
            < 86400 => Pair(s / 3600, "h", s % 3600 / 60, "min"),
            _ => Pair(s / 86400, "d", s % 86400 / 3600, "h"),
        };
    }

    public static string Ago(double seconds) => seconds < 1 ? "just now" : $"{Duration(seconds)} ago";

    /// <summary>At most so many characters; no pair of surrogates is torn.</summary>
    public static string Clip(string text, int most)
    {
        if (text.Length <= most)
        {
            return text;
        }

        int end = char.IsHighSurrogate(text[most - 2]) ? most - 2 : most - 1;
        return string.Concat(text.AsSpan(0, end), "…");
    }

    /// <summary>The first word of a loss in words is its type, which stands beside it.</summary>
    public static string WithoutType(string text, string type)
    {
        string prefix = type + ": ";
        return text.StartsWith(prefix, StringComparison.Ordinal) && text.Length > prefix.Length
            ? string.Concat(text[prefix.Length].ToString().ToUpperInvariant(), text.AsSpan(prefix.Length + 1))
            : text;
    }

    /// <summary>
    /// At most so many decimals, halves up. It multiplies, floors and divides as the script does, and asks no formatter to round: .NET
    /// rounds the shortest decimal text of a number and JavaScript its binary value, so that the page would change by a last digit when the
    /// script takes over.
    /// </summary>
    public static string Decimals(double value, int decimals)
    {
        double scale = Math.Pow(10, decimals);
        return (Math.Floor((value * scale) + 0.5) / scale).ToString(CultureInfo.InvariantCulture);
    }

    private static string Pair(double large, string unit, double small, string smallUnit) =>
        Math.Floor(small) == 0 ? $"{Whole(large)} {unit}" : $"{Whole(large)} {unit} {Whole(small)} {smallUnit}";

    private static string Whole(double value) => Math.Floor(value).ToString("0", CultureInfo.InvariantCulture);
}
