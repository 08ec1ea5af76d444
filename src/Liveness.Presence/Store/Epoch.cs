using System.Globalization;

namespace Liveness.Presence;

/// <summary>
/// Tells one run of a gateway from the next: the store's time at the registration in milliseconds, and some random characters. Of two, the
/// newer one is greater, compared ordinally.
/// </summary>
internal static class Epoch
{
    /// <summary>Enough until the year 2286: fewer digits would not compare.</summary>
    private const int Digits = 13;

    /// <param name="now">The store's time, in milliseconds.</param>
    /// <param name="previous">Of the run before; null = none is known. The new one is newer, whatever the clock says.</param>
    /// <param name="suffix">Random.</param>
    public static string After(long now, string? previous, string suffix)
    {
        long at = previous is not null && TryReadTime(previous, out long before) ? Math.Max(now, before + 1) : now;
        return string.Create(CultureInfo.InvariantCulture, $"{at:D13}-{suffix}");
    }

    public static bool IsNewer(string one, string other) => string.CompareOrdinal(one, other) > 0;

    /// <summary>False = somebody else has written it.</summary>
    public static bool TryReadTime(string epoch, out long at)
    {
        at = 0;
        return epoch.Length > Digits + 1 && epoch[Digits] == '-'
            && long.TryParse(epoch.AsSpan(0, Digits), NumberStyles.None, CultureInfo.InvariantCulture, out at);
    }
}
