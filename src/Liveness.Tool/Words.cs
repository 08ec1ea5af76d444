using System.Globalization;

namespace Liveness.Tool;

/// <summary>Numbers in sentences, the same in every culture. Pure.</summary>
internal static class Words
{
    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Bytes(long count) => count == 1 ? "1 byte" : $"{Number(count)} bytes";

    /// <summary>In the largest unit of which there are at least two, cut off.</summary>
    public static string Duration(TimeSpan? duration) => duration switch
    {
        null => "an unknown time",
        { TotalSeconds: < 2 } less => string.Create(CultureInfo.InvariantCulture, $"{less.TotalSeconds:0.0} s"),
        { TotalMinutes: < 2 } less => $"{Number((long)less.TotalSeconds)} s",
        { TotalHours: < 2 } less => $"{Number((long)less.TotalMinutes)} min",
        { TotalDays: < 2 } less => $"{Number((long)less.TotalHours)} h",
        { } more => $"{Number((long)more.TotalDays)} days",
    };
}
