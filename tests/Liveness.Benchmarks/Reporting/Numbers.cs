using System.Globalization;

namespace Liveness.Benchmarks;

/// <summary>Measured values as text.</summary>
internal static class Numbers
{
    public static string MedianAndRange(IReadOnlyList<double> values, string format) => string.Create(CultureInfo.InvariantCulture,
        $"{Text(Statistics.Median(values), format)} ({Text(values.Min(), format)}..{Text(values.Max(), format)})");

    public static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
