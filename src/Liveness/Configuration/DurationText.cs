using System.Globalization;

namespace Liveness;

/// <summary>
/// Durations in a configuration: hours:minutes:seconds and nothing else, because every shorter form means something else than most people
/// think.
/// </summary>
internal static class DurationText
{
    /// <summary>What <see cref="Timeout.InfiniteTimeSpan"/> is called there.</summary>
    public const string Infinite = "Infinite";

    private static readonly (string Unit, TimeSpan Length)[] s_units =
    [
        ("milliseconds", TimeSpan.FromMilliseconds(1)), ("ms", TimeSpan.FromMilliseconds(1)),
        ("seconds", TimeSpan.FromSeconds(1)), ("second", TimeSpan.FromSeconds(1)),
        ("sec", TimeSpan.FromSeconds(1)), ("s", TimeSpan.FromSeconds(1)),
        ("minutes", TimeSpan.FromMinutes(1)), ("minute", TimeSpan.FromMinutes(1)),
        ("min", TimeSpan.FromMinutes(1)), ("m", TimeSpan.FromMinutes(1)),
        ("hours", TimeSpan.FromHours(1)), ("hour", TimeSpan.FromHours(1)), ("h", TimeSpan.FromHours(1)),
        ("days", TimeSpan.FromDays(1)), ("day", TimeSpan.FromDays(1)), ("d", TimeSpan.FromDays(1)),
    ];

    public static string Write(TimeSpan value) =>
        value == Timeout.InfiniteTimeSpan ? Infinite : value.ToString("c", CultureInfo.InvariantCulture);

    /// <param name="text">Of the configuration.</param>
    /// <param name="mayBeInfinite">Whether that is a value at all.</param>
    /// <param name="limitedToDays">Its own range refuses bare numbers, which count days, with the same hint.</param>
    /// <param name="value">Set where nothing is wrong.</param>
    public static string? Parse(string text, bool mayBeInfinite, bool limitedToDays, out TimeSpan value)
    {
        string trimmed = text.Trim();
        value = Timeout.InfiniteTimeSpan;
        if (trimmed.Equals(Infinite, StringComparison.OrdinalIgnoreCase))
        {
            return mayBeInfinite ? null : "is \"Infinite\", but needs an end. Write \"00:00:30\" for 30 seconds.";
        }

        bool isDuration = TimeSpan.TryParse(trimmed, CultureInfo.InvariantCulture, out value);
        if (isDuration && (IsUnmistakable(trimmed) || value == TimeSpan.Zero))
        {
            return null;
        }

        if (int.TryParse(trimmed, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return limitedToDays && isDuration
                ? null
                : $"is \"{text}\", and a bare number counts days: did you mean \"{Write(TimeSpan.FromSeconds(number))}\"?";
        }

        string otherwise = mayBeInfinite ? ", or \"Infinite\"" : "";
        string meant = !isDuration ? ""
            : trimmed.Count(letter => letter == ':') == 1
                && TimeSpan.TryParse($"00:{trimmed}", CultureInfo.InvariantCulture, out TimeSpan seconds)
                ? $" That would be hours and minutes: write \"{Write(seconds)}\" or \"{Write(value)}\", as you mean it."
            : $" That would be {Write(value)}, days in front.";
        return WithUnit(trimmed) is { } converted
            ? $"is \"{text}\", but durations are written hours:minutes:seconds: \"{Write(converted)}\"{otherwise}."
            : $"is \"{text}\", but durations are written hours:minutes:seconds, \"00:00:30\" for 30 seconds{otherwise}.{meant}";
    }

    /// <summary>hh:mm:ss, perhaps with days before a dot: "00:05" and "24:00:00" are not what they look like.</summary>
    private static bool IsUnmistakable(string text)
    {
        string[] parts = text.Split(':');
        return parts.Length == 3 && (parts[0].Contains('.', StringComparison.Ordinal) || IsHourOfDay(parts[0]));
    }

    private static bool IsHourOfDay(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int hours) && Math.Abs(hours) < 24;

    private static TimeSpan? WithUnit(string text)
    {
        foreach ((string unit, TimeSpan length) in s_units)
        {
            if (text.EndsWith(unit, StringComparison.OrdinalIgnoreCase)
                && double.TryParse(
                    text.AsSpan(0, text.Length - unit.Length),
                    NumberStyles.AllowDecimalPoint | NumberStyles.AllowTrailingWhite,
                    CultureInfo.InvariantCulture,
                    out double number)
                && number < 1_000_000)
            {
                return length * number;
            }
        }

        return null;
    }
}
