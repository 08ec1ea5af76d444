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
            < 0.01 => Number(s * 1000, "0.##", " ms"),
            < 1 => Number(s * 1000, "0", " ms"),
            < 60 => Number(s, "0.0", " s"),
            < 3600 => $"{Whole(s / 60)} min {Whole(s % 60)} s",
            < 86400 => $"{Whole(s / 3600)} h {Whole(s % 3600 / 60)} min",
            _ => $"{Whole(s / 86400)} d {Whole(s % 86400 / 3600)} h",
        };
    }

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

    private static string Whole(double value) => Math.Floor(value).ToString("0", CultureInfo.InvariantCulture);

    private static string Number(double value, string format, string unit) => value.ToString(format, CultureInfo.InvariantCulture) + unit;
}
