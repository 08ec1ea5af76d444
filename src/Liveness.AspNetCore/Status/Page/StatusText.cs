using System.Globalization;

namespace Liveness.AspNetCore;

/// <summary>Durations, numbers and long texts for people.</summary>
internal static class StatusText
{
    /// <summary>Of names and descriptions; longer ones are cut.</summary>
    public const int MostOfName = 200;

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

    /// <summary>"1.4 of 3 s": in one unit where that reads well.</summary>
    public static string Silence(double? silence, double? bound) => (silence, bound) switch
    {
        (null, _) => Unknown,
        (_, null) => Duration(silence) + ", no limit",
        ( < 60, >= 1 and < 60) => $"{Decimals(silence.Value, 1)} of {Decimals(bound.Value, 1)} s",
        _ => $"{Duration(silence)} of {Duration(bound)}",
    };

    public static string Name(string name) => name.Length == 0 ? "(nameless)" : name;

    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Moment(DateTimeOffset when) =>
        when.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <returns>Null = not limited, or not known.</returns>
    public static double? Limit(TimeSpan? bound) =>
        bound is { } limit && limit != Timeout.InfiniteTimeSpan && limit != TimeSpan.MaxValue ? limit.TotalSeconds : null;

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

    /// <summary>At most so many decimals, halves up.</summary>
    public static string Decimals(double value, int decimals)
    {
        double scale = Math.Pow(10, decimals);
        return (Math.Floor((value * scale) + 0.5) / scale).ToString(CultureInfo.InvariantCulture);
    }

    private static string Pair(double large, string unit, double small, string smallUnit) =>
        Math.Floor(small) == 0 ? $"{Whole(large)} {unit}" : $"{Whole(large)} {unit} {Whole(small)} {smallUnit}";

    private static string Whole(double value) => Math.Floor(value).ToString("0", CultureInfo.InvariantCulture);
}
