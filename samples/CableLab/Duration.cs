using System.Globalization;

namespace CableLab;

/// <summary>Durations as people type them. A bare number is refused: nobody knows its unit.</summary>
public static class Duration
{
    /// <summary>Far beyond what the library allows, and far below what a <see cref="TimeSpan"/> holds.</summary>
    private const double MostSeconds = 1e9;

    /// <param name="text">3s, 500ms or 00:00:03.</param>
    /// <param name="duration">Zero or more.</param>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        if (text.Contains(':', StringComparison.Ordinal))
        {
            return TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out duration) && duration >= TimeSpan.Zero;
        }

        return TryParse(text, "ms", 0.001, out duration) || TryParse(text, "s", 1, out duration);
    }

    /// <summary>As the timeline shows it.</summary>
    public static string Show(TimeSpan duration) => duration < TimeSpan.FromSeconds(1)
        ? string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:0.##} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.##} s");

    /// <summary>As the RESULT line has it; null = "-".</summary>
    public static string InSeconds(TimeSpan? duration) => duration?.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture) ?? "-";

    private static bool TryParse(string text, string unit, double secondsPerUnit, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (!text.EndsWith(unit, StringComparison.Ordinal)
            || !double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count)
            || count * secondsPerUnit is not (>= 0 and <= MostSeconds))
        {
            return false;
        }

        duration = TimeSpan.FromSeconds(count * secondsPerUnit);
        return true;
    }
}
