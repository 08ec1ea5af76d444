using System.Globalization;

namespace Liveness.Presence.Tests.Measure;

/// <summary>Figures for a person.</summary>
internal static class Figures
{
    /// <summary>This program's culture is the invariant one.</summary>
    public static void Say(string text) => Console.WriteLine(text);

    /// <summary>As "p50 0.12, p99 0.80, most 1.20", in milliseconds.</summary>
    public static string Spread(IEnumerable<TimeSpan> times)
    {
        TimeSpan[] sorted = [.. times.Order()];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"p50 {At(sorted, 0.5):0.00} ms, p99 {At(sorted, 0.99):0.00} ms, most {sorted[^1].TotalMilliseconds:0.00} ms, of {sorted.Length}");
    }

    private static double At(TimeSpan[] sorted, double part) => sorted[(int)((sorted.Length - 1) * part)].TotalMilliseconds;
}
