using System.Globalization;
using System.Security;
using System.Text;

namespace Liveness.NetworkTests.Table;

/// <summary>Draws the table of faults: for each fault a bar a client, as long as it took that client to notice. One file without scripts and
/// fonts, for light and dark surroundings.</summary>
internal sealed class FaultChart
{
    private const double Width = 860;
    private const double Left = 250;
    private const double BarsEnd = 840;
    private const double BarHeight = 14;
    private const double BarStep = 18;

    private const string Style = """
        svg { --ground: #ffffff; --ink: #1f2328; --faint: #59636e; --line: #d1d9e0; --bar: #8c959f; --ours: #1a7f37; --never: #eaeef2; }
        @media (prefers-color-scheme: dark) {
          svg { --ground: #0d1117; --ink: #f0f6fc; --faint: #9198a1; --line: #3d444d; --bar: #656c76; --ours: #3fb950; --never: #21262d; }
        }
        text { font: 12px system-ui, sans-serif; fill: var(--ink); }
        .title { font-size: 16px; font-weight: 600; }
        .fault { font-size: 13px; font-weight: 600; }
        .faint { fill: var(--faint); }
        .client { fill: var(--faint); text-anchor: end; }
        .ground { fill: var(--ground); }
        .bar { fill: var(--bar); }
        .ours { fill: var(--ours); }
        .never { fill: var(--never); }
        .axis { stroke: var(--line); }
        """;

    private static readonly double s_scale = (BarsEnd - Left) / Sighting.Watched.TotalSeconds;

    private readonly StringBuilder _body = new();
    private double _y = 34;

    private FaultChart()
    {
    }

    /// <param name="table">For each <see cref="Fault"/> what each <see cref="ClientKind"/> saw, in each repetition.</param>
    /// <param name="repetitions">Of each fault.</param>
    /// <param name="source">Where it was measured.</param>
    public static string Draw(IReadOnlyList<Sighting[][]> table, int repetitions, string source)
    {
        FaultChart chart = new();
        string title = string.Create(CultureInfo.InvariantCulture, $"Who notices what, and when (0 to {Sighting.Watched.TotalSeconds} s after the fault)");
        chart.Text(20, chart._y, title, "title");
        for (int fault = 0; fault < table.Count; fault++)
        {
            chart.DrawFault(Fault.All[fault].Name, table[fault]);
        }

        chart._y += 30;
        chart.Text(20, chart._y, string.Create(CultureInfo.InvariantCulture, $"The median of {repetitions} repetitions. {source}"), "faint");
        return chart.Close(title);
    }

    private void DrawFault(string name, Sighting[][] clients)
    {
        _y += 34;
        Text(20, _y, name, "fault");
        double top = _y + 5;
        for (int client = 0; client < clients.Length; client++)
        {
            _y += BarStep;
            DrawClient(ClientKind.All[client], clients[client]);
        }

        Line(Left, top, Left, _y + 5);
    }

    private void DrawClient(ClientKind client, Sighting[] seen)
    {
        Text(Left - 8, _y, client.Name, "client");
        IGrouping<string, Sighting> usual = seen.GroupBy(sighting => sighting.What).OrderByDescending(group => group.Count()).First();
        TimeSpan[] times = [.. usual.Select(sighting => sighting.After).OfType<TimeSpan>().Order()];
        bool isOurs = client.Mode == Peer.PeerMode.Heartbeat;
        (double seconds, string style, string label) = times is []
            ? (Sighting.Watched.TotalSeconds, "never", string.Create(CultureInfo.InvariantCulture, $"nothing within {Sighting.Watched.TotalSeconds} s"))
            : (times[times.Length / 2].TotalSeconds, isOurs ? "ours" : "bar", usual.Key.Replace("`", "", StringComparison.Ordinal));
        double width = Math.Max(seconds * s_scale, 1.5);
        _body.Append(CultureInfo.InvariantCulture, $"""<rect class="{style}" x="{Left:0.#}" y="{_y - BarHeight + 3:0.#}" width="{width:0.#}" height="{BarHeight}"/>""").Append('\n');
        string text = times is [] ? label : string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s, {label}");
        Text(times is [] ? Left + 8 : Left + width + 6, _y, text, times is [] ? "faint" : null);
    }

    private void Text(double x, double y, string text, string? style)
    {
        string of = style is null ? "" : $" class=\"{style}\"";
        _body.Append(CultureInfo.InvariantCulture, $"""<text{of} x="{x:0.#}" y="{y:0.#}">{SecurityElement.Escape(text)}</text>""").Append('\n');
    }

    private void Line(double x1, double y1, double x2, double y2) => _body.Append(
        CultureInfo.InvariantCulture, $"""<line class="axis" x1="{x1:0.#}" y1="{y1:0.#}" x2="{x2:0.#}" y2="{y2:0.#}"/>""").Append('\n');

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
