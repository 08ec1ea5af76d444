using System.Globalization;

namespace Liveness.Advice;

/// <summary>Long times in words: invariant culture, two digits.</summary>
internal static class AdviceText
{
    public static string Time(TimeSpan time) =>
        time >= TimeSpan.FromDays(2) ? Text(time.TotalDays, "days")
        : time >= TimeSpan.FromHours(2) ? Text(time.TotalHours, "h")
        : Text(time.TotalMinutes, "min");

    /// <summary>Rounded down: what is stated is kept.</summary>
    private static string Text(double count, string unit)
    {
        double rounded = count < 10 ? Math.Floor(count * 10) / 10 : Math.Floor(count);
        return string.Create(CultureInfo.InvariantCulture, $"{rounded:0.#} {unit}");
    }
}
