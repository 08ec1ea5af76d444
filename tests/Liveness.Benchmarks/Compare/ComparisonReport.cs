using System.Globalization;

namespace Liveness.Benchmarks;

/// <summary>The tables of a comparison: medians, ranges, and medians of the ratios round by round beside their budgets.</summary>
internal sealed class ComparisonReport(string[] stacks, bool tls, (ICell Cell, CellResults Results)[] cells, ResultFile file)
{
    private readonly string _raw = stacks[0];
    private readonly string _webSocket = stacks[1];
    private readonly string _heartbeat = stacks[2];

    public void WriteTo(TextWriter writer)
    {
        writer.WriteLine();
        WriteThroughput(writer);
        WriteRoundTrips(writer);
        WriteAllocation(writer);
    }

    private (T Cell, CellResults Results)[] Cells<T>()
        where T : ICell => [.. cells.Where(entry => entry.Cell is T).Select(entry => ((T)entry.Cell, entry.Results))];

    private void WriteThroughput(TextWriter writer)
    {
        Table table = new(
            "write", $"{_raw} MB/s", $"{_webSocket} MB/s", $"{_heartbeat} MB/s",
            $"{_webSocket}/raw", $"{_heartbeat}/raw", "budget", $"{_heartbeat}/{_webSocket}", "budget");
        foreach ((ThroughputCell cell, CellResults results) in Cells<ThroughputCell>())
        {
            double[] toRaw = results.Ratios(Metric.MegabytesPerSecond, _heartbeat, _raw);
            double[] toWebSocket = results.Ratios(Metric.MegabytesPerSecond, _heartbeat, _webSocket);
            Budget toRawBudget = Budgets.ThroughputToRaw(cell.Size, tls, Environment.ProcessorCount);
            Budget toWebSocketBudget = Budgets.ThroughputToWebSocket(cell.FromClient);
            AddAll(cell.Name, "MB/s", Metric.MegabytesPerSecond, results);
            file.Add($"{cell.Name}, {_heartbeat} to {_raw}", "ratio", toRaw, toRawBudget);
            file.Add($"{cell.Name}, {_heartbeat} to {_webSocket}", "ratio", toWebSocket, toWebSocketBudget);
            table.Add(
                cell.Name,
                Numbers.MedianAndRange(results.Of(Metric.MegabytesPerSecond, _raw), "0"),
                Numbers.MedianAndRange(results.Of(Metric.MegabytesPerSecond, _webSocket), "0"),
                Numbers.MedianAndRange(results.Of(Metric.MegabytesPerSecond, _heartbeat), "0"),
                Numbers.MedianAndRange(results.Ratios(Metric.MegabytesPerSecond, _webSocket, _raw), "0.00"),
                Numbers.MedianAndRange(toRaw, "0.00"),
                toRawBudget.Judge(Statistics.Median(toRaw)),
                Numbers.MedianAndRange(toWebSocket, "0.00"),
                toWebSocketBudget.Judge(Statistics.Median(toWebSocket)));
        }

        table.WriteTo(writer);
    }

    private void WriteRoundTrips(TextWriter writer)
    {
        Table table = new("round trip", $"{_raw} us", $"{_webSocket} us", $"{_heartbeat} us", $"{_webSocket}/raw", $"{_heartbeat}/raw", "budget");
        foreach ((RoundTripCell cell, CellResults results) in Cells<RoundTripCell>())
        {
            foreach (Metric metric in (Metric[])[Metric.MedianMicroseconds, Metric.TailMicroseconds])
            {
                bool isMedian = metric == Metric.MedianMicroseconds;
                double[] ratios = results.Ratios(metric, _heartbeat, _raw);
                double best = Statistics.BestOfThree(ratios);
                string name = $"round trip of {cell.Name}, {(isMedian ? "p50" : "p99")}";
                AddAll(name, "us", metric, results);
                file.Add($"{name}, {_heartbeat} to {_raw}", "ratio", ratios, isMedian ? Budgets.RoundTripMedian : null);
                if (!isMedian)
                {
                    file.Add($"{name} of the best third, {_heartbeat} to {_raw}", "ratio", best, Budgets.RoundTripTail);
                }

                table.Add(
                    $"{cell.Name} {(isMedian ? "p50" : "p99")}",
                    Numbers.MedianAndRange(results.Of(metric, _raw), "0.0"),
                    Numbers.MedianAndRange(results.Of(metric, _webSocket), "0.0"),
                    Numbers.MedianAndRange(results.Of(metric, _heartbeat), "0.0"),
                    Numbers.MedianAndRange(results.Ratios(metric, _webSocket, _raw), "0.00"),
                    Numbers.MedianAndRange(ratios, "0.00"),
                    isMedian
                        ? Budgets.RoundTripMedian.Judge(Statistics.Median(ratios))
                        : string.Create(CultureInfo.InvariantCulture, $"{Budgets.RoundTripTail.Judge(best)} (best third {best:0.00})"));
            }
        }

        table.WriteTo(writer);
    }

    private void WriteAllocation(TextWriter writer)
    {
        Table table = new("bytes allocated, both ends together", _raw, _webSocket, _heartbeat, "budget");
        foreach ((ICell cell, CellResults results) in cells)
        {
            (Metric Metric, string What)[] metrics = cell is ThroughputCell
                ? [(Metric.BytesAllocatedPerWrite, "per write"), (Metric.BytesAllocatedPerRead, "per read")]
                : [(Metric.BytesAllocatedPerTrip, "per round trip")];
            foreach ((Metric metric, string what) in metrics)
            {
                file.Add($"{cell.Name}, allocated {what}, {_heartbeat}", "B", results.Of(metric, _heartbeat), Budgets.Allocation);
                table.Add(
                    $"{cell.Name}, {what}",
                    Numbers.MedianAndRange(results.Of(metric, _raw), "0.0"),
                    Numbers.MedianAndRange(results.Of(metric, _webSocket), "0.0"),
                    Numbers.MedianAndRange(results.Of(metric, _heartbeat), "0.0"),
                    Budgets.Allocation.Judge(Statistics.Median(results.Of(metric, _heartbeat)), "0"));
            }
        }

        table.WriteTo(writer);
    }

    private void AddAll(string name, string unit, Metric metric, CellResults results)
    {
        foreach (string stack in stacks)
        {
            file.Add($"{name}, {stack}", unit, results.Of(metric, stack));
        }
    }
}
