using System.Globalization;
using System.Security;
using System.Text;

namespace Liveness.Benchmarks;

/// <summary>
/// Draws figures as bars from zero, with their ranges and budgets; those of one unit share a scale. One file without scripts and fonts, for
/// light and dark surroundings.
/// </summary>
internal sealed class SvgChart
{
    private const double Width = 860;
    private const double Left = 20;
    private const double BarsEnd = 560;
    private const double RowHeight = 40;
    private const double BarHeight = 12;

    private const string Style = """
        svg { --ground: #ffffff; --ink: #1f2328; --faint: #59636e; --line: #d1d9e0; --bar: #3f6fb5; --short: #bc4c00; }
        @media (prefers-color-scheme: dark) {
          svg { --ground: #0d1117; --ink: #f0f6fc; --faint: #9198a1; --line: #3d444d; --bar: #6ea8fe; --short: #f0883e; }
        }
        text { font: 13px system-ui, sans-serif; fill: var(--ink); }
        .title { font-size: 16px; font-weight: 600; }
        .unit { font-weight: 600; }
        .faint { fill: var(--faint); font-size: 12px; }
        .ground { fill: var(--ground); }
        .bar { fill: var(--bar); }
        .short { fill: var(--short); }
        .range { stroke: var(--ink); stroke-width: 1.5; }
        .budget { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 3 2; }
        .axis { stroke: var(--line); }
        """;

    private readonly StringBuilder _body = new();
    private double _y = 34;

    private SvgChart()
    {
    }

    /// <param name="title">Above all.</param>
    /// <param name="documents">All rows of theirs are drawn, in their order.</param>
    public static string Draw(string title, IReadOnlyList<ResultDocument> documents)
    {
        SvgChart chart = new();
        chart.Text(Left, chart._y, title, "title");
        foreach (IGrouping<string, ResultRow> unit in documents.SelectMany(static document => document.Rows).GroupBy(static row => row.Unit))
        {
            chart.DrawUnit(unit.Key, [.. unit]);
        }

        chart._y += 14;
        foreach (ResultDocument document in documents)
        {
            chart._y += 18;
            chart.Text(Left, chart._y, Source(document), "faint");
        }

        return chart.Close(title);
    }

    private static string Source(ResultDocument document)
    {
        ResultMachine machine = document.Machine;
        string commit = document.Commit is { Length: >= 8 } known ? $", {known[..8]}" : "";
        string congestion = machine.CongestionControl is { } control ? $", {control}" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{document.Benchmark}: {document.Taken:yyyy-MM-dd}{commit}; {machine.Processor}, {machine.Cores} cores{congestion}; {machine.Runtime}");
    }

    /// <summary>Dashed lines are budgets; what a bar's end line spans is the range of the rounds.</summary>
    private void DrawUnit(string unit, ResultRow[] rows)
    {
        double most = rows.Max(static row => Finite([row.High, row.Median, Limit(row) ?? 0]));
        double scale = most > 0 ? (BarsEnd - Left) / most : 0;
        _y += 34;
        Text(Left, _y, unit, "unit");
        double top = _y + 8;
        foreach (ResultRow row in rows)
        {
            DrawRow(row, scale);
        }

        Line(Left, top, Left, _y + 6, "axis");
    }

    private void DrawRow(ResultRow row, double scale)
    {
        _y += RowHeight;
        double top = _y - BarHeight;
        Text(Left + 6, top - 6, row.Name, null);
        double end = Left + (Finite([row.Median]) * scale);
        _body.Append(CultureInfo.InvariantCulture, $"""<rect class="{(row.Met == false ? "short" : "bar")}" x="{Left:0.#}" y="{top:0.#}" width="{end - Left:0.#}" height="{BarHeight}"/>""").Append('\n');
        if (row.High > row.Low)
        {
            double middle = _y - (BarHeight / 2);
            (double low, double high) = (Left + (Finite([row.Low]) * scale), Left + (Finite([row.High]) * scale));
            Line(low, middle, high, middle, "range");
            Line(low, middle - 4, low, middle + 4, "range");
            Line(high, middle - 4, high, middle + 4, "range");
        }

        if (Limit(row) is { } limit)
        {
            double at = Left + (limit * scale);
            Line(at, top - 3, at, _y + 3, "budget");
        }

        Text(BarsEnd + 14, _y - 1, Figures(row), null);
    }

    private static string Figures(ResultRow row)
    {
        string range = row.High > row.Low ? $" ({Short(row.Low)} to {Short(row.High)})" : "";
        string judged = row.Judged is { } held && held != row.Median ? $" by {Short(held)}" : "";
        string budget = row.Budget is null ? "" : $", {row.Budget} {(row.Met == true ? "met" : "SHORT")}{judged}";
        return Short(row.Median) + range + budget;
    }

    private static string Short(double value) =>
        value.ToString(Math.Abs(value) switch { >= 100 => "0", >= 10 => "0.#", _ => "0.##" }, CultureInfo.InvariantCulture);

    private static double? Limit(ResultRow row) =>
        row.Budget?.Split(' ') is [_, string limit] && double.TryParse(limit, CultureInfo.InvariantCulture, out double value) ? value : null;

    /// <summary>The largest of them that can be drawn.</summary>
    private static double Finite(double[] values) => values.Where(double.IsFinite).Append(0).Max();

    private void Text(double x, double y, string text, string? style)
    {
        string of = style is null ? "" : $" class=\"{style}\"";
        _body.Append(CultureInfo.InvariantCulture, $"""<text{of} x="{x:0.#}" y="{y:0.#}">{SecurityElement.Escape(text)}</text>""").Append('\n');
    }

    private void Line(double x1, double y1, double x2, double y2, string style) => _body.Append(
        CultureInfo.InvariantCulture, $"""<line class="{style}" x1="{x1:0.#}" y1="{y1:0.#}" x2="{x2:0.#}" y2="{y2:0.#}"/>""").Append('\n');

    private string Close(string title)
    {
        double height = _y + 20;
        string name = SecurityElement.Escape(title);
        return string.Create(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height:0}" width="{Width}" height="{height:0}" role="img" aria-label="{name}">
            <title>{name}</title>
            <style>
            {Style}
            </style>
            <rect class="ground" width="100%" height="100%"/>
            {_body.ToString().TrimEnd()}
            </svg>

            """).ReplaceLineEndings("\n");
    }
}
