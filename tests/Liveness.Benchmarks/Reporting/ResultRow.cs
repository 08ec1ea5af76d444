namespace Liveness.Benchmarks;

/// <summary>One figure of a benchmark.</summary>
/// <param name="Name">What was measured, the same in every run.</param>
/// <param name="Unit">Of all numbers here.</param>
/// <param name="Median">Of the rounds, or the only value.</param>
/// <param name="Low">The lowest of them.</param>
/// <param name="High">The highest.</param>
/// <param name="Budget">What it has to be, as text such as "&lt;= 1.05"; null = nothing.</param>
/// <param name="Judged">What is held to the budget, mostly the median; null where nothing is.</param>
/// <param name="Met">Whether it is met; null where nothing has to be.</param>
internal sealed record ResultRow(
    string Name, string Unit, double Median, double Low, double High, string? Budget = null, double? Judged = null, bool? Met = null)
{
    /// <param name="name">What was measured.</param>
    /// <param name="unit">Of it.</param>
    /// <param name="values">One or more.</param>
    /// <param name="budget">Null = none.</param>
    /// <param name="judged">What is held to the budget; null = the median.</param>
    public static ResultRow Of(string name, string unit, IReadOnlyList<double> values, Budget? budget = null, double? judged = null)
    {
        double median = Statistics.Median(values);
        double held = judged ?? median;
        return budget is { } limit
            ? new ResultRow(name, unit, median, values.Min(), values.Max(), limit.ToString(), held, limit.IsMet(held))
            : new ResultRow(name, unit, median, values.Min(), values.Max());
    }
}
