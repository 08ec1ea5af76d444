using System.Globalization;

namespace Bridge;

/// <summary>Durations as people type them. A bare number is refused: nobody knows its unit.</summary>
internal static class Duration
{
    private const double MostSeconds = 1e9;

    public static bool TryParse(string text, out TimeSpan duration) =>
        TryParse(text, "ms", 0.001, out duration) || TryParse(text, "s", 1, out duration);

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
