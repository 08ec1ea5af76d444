using System.Reflection;

namespace Liveness.Benchmarks;

/// <summary>Collects the figures of one run, and writes them where that was asked for.</summary>
/// <param name="benchmark">The verb, with what changes its meaning.</param>
/// <param name="path">Null = they are not written.</param>
/// <param name="congestionControl">Of TCP; null = no TCP is used.</param>
internal sealed class ResultFile(string benchmark, string? path, string? congestionControl)
{
    private readonly ResultMachine _machine = Machine.Describe(congestionControl);
    private readonly List<ResultRow> _rows = [];

    public void Add(ResultRow row) => _rows.Add(row);

    /// <inheritdoc cref="ResultRow.Of"/>
    public void Add(string name, string unit, IReadOnlyList<double> values, Budget? budget = null, double? judged = null) =>
        Add(ResultRow.Of(name, unit, values, budget, judged));

    /// <inheritdoc cref="ResultRow.Of"/>
    public void Add(string name, string unit, double value, Budget? budget = null) => Add(name, unit, [value], budget);

    /// <summary>Says which budgets are not met, and writes the file.</summary>
    public void Close(TextWriter writer)
    {
        ResultRow[] held = [.. _rows.Where(static row => row.Met is not null)];
        ResultRow[] missed = [.. held.Where(static row => row.Met == false)];
        writer.WriteLine($"{held.Length - missed.Length} of {held.Length} budgets met{(missed.Length == 0 ? "" : "; short:")}");
        foreach (ResultRow row in missed)
        {
            writer.WriteLine($"- {row.Name}: {Numbers.Text(row.Judged ?? row.Median, "0.###")} {row.Unit}, budget {row.Budget}");
        }

        if (path is not null)
        {
            ResultDocument document = new(ResultDocument.CurrentVersion, benchmark, DateTimeOffset.UtcNow, Commit(), _machine, _rows);
            File.WriteAllText(path, document.ToJson());
        }
    }

    /// <summary>The SDK writes it behind the version of what it builds.</summary>
    private static string? Commit() =>
        typeof(HeartbeatStream).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+') is [_, string commit]
            ? commit
            : null;
}
