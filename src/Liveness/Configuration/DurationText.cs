using System.Globalization;
using System.Text.RegularExpressions;

namespace Liveness;

/// <summary>
/// Durations in a configuration: hours:minutes:seconds and nothing else, because every shorter form means something else than most people
/// think.
/// </summary>
internal static partial class DurationText
{
    /// <summary>What <see cref="Timeout.InfiniteTimeSpan"/> is called there.</summary>
    public const string Infinite = "Infinite";

    private static readonly string[] s_endless = ["-1", "infinity", "unlimited", "never", "none", "off", "max", "forever"];

    private static readonly (string Unit, TimeSpan Length)[] s_units =
    [
        ("milliseconds", TimeSpan.FromMilliseconds(1)), ("millis", TimeSpan.FromMilliseconds(1)), ("ms", TimeSpan.FromMilliseconds(1)),
        ("seconds", TimeSpan.FromSeconds(1)), ("second", TimeSpan.FromSeconds(1)), ("secs", TimeSpan.FromSeconds(1)),
        ("sec", TimeSpan.FromSeconds(1)), ("s", TimeSpan.FromSeconds(1)),
        ("minutes", TimeSpan.FromMinutes(1)), ("minute", TimeSpan.FromMinutes(1)), ("mins", TimeSpan.FromMinutes(1)),
        ("min", TimeSpan.FromMinutes(1)), ("m", TimeSpan.FromMinutes(1)),
        ("hours", TimeSpan.FromHours(1)), ("hour", TimeSpan.FromHours(1)), ("h", TimeSpan.FromHours(1)),
        ("days", TimeSpan.FromDays(1)), ("day", TimeSpan.FromDays(1)), ("d", TimeSpan.FromDays(1)),
    ];

    public static string Write(TimeSpan value)
    {
        string text = value.ToString("c", CultureInfo.InvariantCulture);
        bool hasFraction = text.LastIndexOf('.') > text.LastIndexOf(':');
        return value == Timeout.InfiniteTimeSpan ? Infinite : hasFraction ? text.TrimEnd('0') : text;
    }

    /// <summary>Whether it is a duration that nobody can take for another one.</summary>
    public static bool TryParse(string text, out TimeSpan value)
    {
        string trimmed = text.Trim();
        value = Timeout.InfiniteTimeSpan;
        return trimmed.Equals(Infinite, StringComparison.OrdinalIgnoreCase)
            || (TimeSpan.TryParse(trimmed, CultureInfo.InvariantCulture, out value)
                && (IsUnmistakable(trimmed) || value == TimeSpan.Zero));
    }

    /// <summary>A sentence on what may be meant by a text that is none.</summary>
    /// <param name="text">That <see cref="TryParse"/> refuses.</param>
    /// <param name="isAllowed">Only such values are worth proposing.</param>
    public static string Cure(string text, Func<TimeSpan, bool> isAllowed)
    {
        string trimmed = text.Trim();
        if (isAllowed(Timeout.InfiniteTimeSpan) && s_endless.Contains(trimmed, StringComparer.OrdinalIgnoreCase))
        {
            return $"Did you mean \"{Infinite}\"?";
        }

        string point = trimmed.Replace(',', '.');
        bool isNumber = TryNumber(point, out double number);
        string[] meant =
        [
            .. (isNumber ? OfNumber(number) : WithUnit(point) ?? OfIso(trimmed) ?? OfColons(point))
                .Where(isAllowed).Distinct().Select(value => $"\"{Write(value)}\""),
        ];
        string why = isNumber ? "A bare number would count days: did" : "Did";
        return meant.Length == 0 ? "\"00:00:30\" is 30 seconds." : $"{why} you mean {string.Join(" or ", meant)}?";
    }

    /// <summary>hh:mm:ss, perhaps with days before a dot: "00:05" and "24:00:00" are not what they look like.</summary>
    private static bool IsUnmistakable(string text)
    {
        string[] parts = text.Split(':');
        return parts.Length == 3 && (parts[0].Contains('.', StringComparison.Ordinal) || IsHourOfDay(parts[0]));
    }

    private static bool IsHourOfDay(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int hours) && Math.Abs(hours) < 24;

    private static bool TryNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number)
        && number < 1_000_000_000;

    /// <summary>Seconds; a large one may count milliseconds.</summary>
    private static TimeSpan[] OfNumber(double number) =>
        number < 1000 ? [TimeSpan.FromSeconds(number)] : [TimeSpan.FromMilliseconds(number), TimeSpan.FromSeconds(number)];

    private static TimeSpan[]? WithUnit(string text)
    {
        (string unit, TimeSpan length) = s_units.FirstOrDefault(
            one => text.EndsWith(one.Unit, StringComparison.OrdinalIgnoreCase), ("", default));
        return unit.Length > 0 && TryNumber(text[..^unit.Length].TrimEnd(), out double number) && number < 1_000_000
            ? [length * number]
            : null;
    }

    private static TimeSpan[]? OfIso(string text)
    {
        if (Iso().Match(text) is not { Success: true, Groups: var groups })
        {
            return null;
        }

        double[] parts = [.. groups.Values.Skip(1).Select(part => TryNumber(part.Value, out double number) ? number : 0)];
        return parts.Max() < 1_000_000
            ? [TimeSpan.FromDays(parts[0]) + TimeSpan.FromHours(parts[1]) + TimeSpan.FromMinutes(parts[2]) + TimeSpan.FromSeconds(parts[3])]
            : null;
    }

    /// <summary>"00:05" may be minutes or seconds, and "36:00:00" be hours; ".NET" takes the latter for days.</summary>
    private static TimeSpan[] OfColons(string text)
    {
        string[] parts = text.Split(':');
        if (parts.Length == 2)
        {
            return
            [
                .. ((string[])[$"00:{text}", $"{text}:00"])
                    .Select(whole => TryParse(whole, out TimeSpan value) ? value : (TimeSpan?)null).OfType<TimeSpan>(),
            ];
        }

        bool isMinutesAndSeconds = parts.Length == 3 && TryParse($"00:{parts[1]}:{parts[2]}", out _);
        return isMinutesAndSeconds && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int hours)
            && hours < 1_000_000 && TryParse($"00:{parts[1]}:{parts[2]}", out TimeSpan rest)
            ? [TimeSpan.FromHours(hours) + rest]
            : [];
    }

    [GeneratedRegex(@"^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$", RegexOptions.IgnoreCase)]
    private static partial Regex Iso();
}
