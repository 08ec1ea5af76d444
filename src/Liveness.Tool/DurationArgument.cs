using System.Globalization;

namespace Liveness.Tool;

/// <summary>Durations on the command line. A bare number is refused: nobody knows its unit. Pure.</summary>
internal static class DurationArgument
{
    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    public static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <returns>False where it is none, or out of range.</returns>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        (string number, double milliseconds) = text switch
        {
            [.. string count, 'm', 's'] => (count, 1),
            [.. string count, 'm', 'i', 'n'] => (count, 60_000),
            [.. string count, 's'] => (count, 1000),
            [.. string count, 'h'] => (count, 3_600_000),
            [.. string count, 'd'] => (count, 86_400_000),
            _ => ("", 0d),
        };
        bool isNumber = double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double units);
        double total = units * milliseconds;
        bool isInRange = isNumber && total >= Shortest.TotalMilliseconds && total <= Longest.TotalMilliseconds;
        duration = isInRange ? TimeSpan.FromMilliseconds(total) : default;
        return isInRange;
    }
}
