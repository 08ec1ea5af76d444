namespace Liveness.Benchmarks;

/// <summary>All rounds of one cell.</summary>
internal sealed class CellResults
{
    private readonly Dictionary<(Metric Metric, string Stack), List<double>> _values = [];

    public void Add(Metric metric, string stack, double value)
    {
        if (!_values.TryGetValue((metric, stack), out List<double>? values))
        {
            _values[(metric, stack)] = values = [];
        }

        values.Add(value);
    }

    public IReadOnlyList<double> Of(Metric metric, string stack) => _values[(metric, stack)];

    /// <summary>Round by round: both were measured within a second or two, so that slow drifts of the machine cancel out.</summary>
    public double[] Ratios(Metric metric, string stack, string other) =>
        [.. Of(metric, stack).Zip(Of(metric, other), (mine, theirs) => mine / theirs)];
}
