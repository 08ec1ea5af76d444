namespace Liveness.Benchmarks;

/// <summary>What a handful of noisy numbers say together.</summary>
internal static class Statistics
{
    public static double Median(IReadOnlyList<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length switch
        {
            0 => double.NaN,
            _ when sorted.Length % 2 == 1 => sorted[middle],
            _ => (sorted[middle - 1] + sorted[middle]) / 2,
        };
    }

    /// <summary>The smallest value that at least this part of all are not above (nearest rank).</summary>
    /// <param name="sorted">In ascending order.</param>
    /// <param name="part">0 to 1.</param>
    public static long Percentile(ReadOnlySpan<long> sorted, double part) =>
        sorted.IsEmpty ? 0 : sorted[Math.Clamp((int)Math.Ceiling(part * sorted.Length) - 1, 0, sorted.Length - 1)];

    /// <summary>
    /// The lowest of the medians of three consecutive parts: for budgets on a tail, which one burst of noise must not decide.
    /// </summary>
    public static double BestOfThree(IReadOnlyList<double> values)
    {
        if (values.Count < 3)
        {
            return values.Count == 0 ? double.NaN : values.Min();
        }

        return Enumerable.Range(0, 3).Min(part =>
        {
            int from = part * values.Count / 3;
            return Median([.. values.Skip(from).Take(((part + 1) * values.Count / 3) - from)]);
        });
    }

    /// <summary>A wrong median would make every table wrong: this is checked before anything is measured.</summary>
    public static void Check()
    {
        long[] hundred = [.. Enumerable.Range(1, 100).Select(number => (long)number)];
        bool sound = Median([3, 1, 2]) == 2 && Median([4, 1, 2, 3]) == 2.5 && double.IsNaN(Median([]))
            && Percentile(hundred, 0.5) == 50 && Percentile(hundred, 0.99) == 99 && Percentile([7], 0.99) == 7
            && BestOfThree([9, 9, 1, 3, 8, 8]) == 2 && BestOfThree([2, 1]) == 1;
        if (!sound)
        {
            throw new InvalidOperationException("The statistics are wrong; no table would be true.");
        }
    }
}
