using System.Globalization;
using System.Net;
using System.Text;

namespace Liveness.Tool.Conformance;

/// <summary>The report as a page of its own, for a browser: no script, nothing from elsewhere, light and dark.</summary>
internal static class HtmlForm
{
    private const string Style = """
        :root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }
        body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
        summary { cursor: pointer; } details { border-bottom: 1px solid #8884; padding: .2rem 0; }
        pre { overflow-x: auto; background: #8881; padding: .5rem; font-size: 12px; }
        .v { display: inline-block; min-width: 8.5em; font-weight: 600; }
        .FAILED, .NOT-PLAYED { color: light-dark(#a30d0d, #ff8b8b); } .NON-STRICT { color: light-dark(#7a4b00, #f0b95a); }
        .OK { color: light-dark(#14632b, #7fd79a); } .UNSUPPORTED { color: light-dark(#505050, #b5b5b5); }
        """;

    public static string Of(ConformanceReport report)
    {
        StringBuilder page = new();
        page.Append(CultureInfo.InvariantCulture, $"""
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>Liveness conformance</title><style>{Style}</style></head>
            <body>
            <h1>Liveness conformance</h1>
            <p>Testee: <code>{Safe(report.Testee)}</code></p>
            <p>{Safe(report.Summary)}.</p>

            """);
        foreach (IGrouping<string, CaseResult> section in report.Results.GroupBy(result => result.Case.Section))
        {
            page.Append(CultureInfo.InvariantCulture, $"<h2>Section {Safe(section.Key)}</h2>\n");
            foreach (CaseResult result in section)
            {
                Append(page, result);
            }
        }

        return page.Append("</body>\n</html>\n").ToString();
    }

    private static void Append(StringBuilder page, CaseResult result)
    {
        string verdict = ConformanceReport.NameOf(result.Verdict);
        string isOpen = result.Verdict == Verdict.Failed ? " open" : "";
        page.Append(CultureInfo.InvariantCulture, $"""
            <details{isOpen}><summary><span class="v {verdict}">{verdict}</span> {Safe(result.Case.Id)} {Safe(result.Case.Name)},
            {result.Took.TotalSeconds:0.00} s</summary>

            """);
        if (result.Told is { } why)
        {
            page.Append(CultureInfo.InvariantCulture, $"<p>{Safe(why)}</p>\n");
        }

        page.Append(CultureInfo.InvariantCulture, $"<pre>{Safe(string.Join('\n', result.Transcript))}</pre></details>\n");
    }

    private static string Safe(string text) => WebUtility.HtmlEncode(text);
}
