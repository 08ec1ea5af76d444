namespace Liveness.Benchmarks;

/// <summary>A markdown table whose columns also line up in a terminal.</summary>
internal sealed class Table(params string[] headers)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add(cells);

    public void WriteTo(TextWriter writer)
    {
        int[] widths = [.. headers.Select((header, column) => _rows.Select(row => row[column].Length).Append(header.Length).Max())];
        writer.WriteLine(Line(headers, widths));
        writer.WriteLine("|" + string.Concat(widths.Select(width => $" {new string('-', width)} |")));
        foreach (string[] row in _rows)
        {
            writer.WriteLine(Line(row, widths));
        }

        writer.WriteLine();
    }

    private static string Line(string[] cells, int[] widths) =>
        "|" + string.Concat(cells.Select((cell, column) => $" {cell.PadRight(widths[column])} |"));
}
