namespace Liveness.AspNetCore;

/// <summary>The live connections, a row each.</summary>
internal static class LiveHtml
{
    private const string Place = "#live-heading";

    private static readonly (string Label, ConnectionSort? Sort)[] s_columns =
    [
        ("State", ConnectionSort.State), ("Connection", ConnectionSort.Name), ("Silent for", ConnectionSort.Silence),
        ("Round trip", ConnectionSort.RoundTrip), ("Age", ConnectionSort.Age), ("Mode", null),
    ];

    public static void Write(StatusHtml html, StatusReport report)
    {
        html.Raw("<section aria-labelledby=\"live-heading\">\n")
            .Raw("<div class=\"head\"><h2 id=\"live-heading\" tabindex=\"-1\">Live connections</h2>");
        if (report.Query.State is { } state)
        {
            html.Raw("<p class=\"views\">").Text(FilterHtml.Label(state)).Raw(" only. ")
                .Link(report.Query with { State = null, Page = 1 }, Place).Raw("Show all states</a></p>");
        }

        html.Raw("</div>\n");
        if (report.Connections.Count > 0)
        {
            WriteTable(html, report);
        }
        else
        {
            html.Raw("<p class=\"empty\" id=\"live-empty\">").Raw(report.Counts.Live > 0
                ? "No live connection matches."
                : "No live connections. They appear here once the application attaches them: "
                    + "<code>ILivenessFactory.AttachAsync(…)</code> for its own, <code>listenOptions.UseLiveness(\"name\")</code> "
                    + "for those that Kestrel accepts.").Raw("</p>\n");
        }

        PagerHtml.Write(html, report.ConnectionPaging, "Pages of live connections", Place, page => report.Query with { Page = page });
        html.Raw("</section>\n");
    }

    private static void WriteTable(StatusHtml html, StatusReport report)
    {
        html.Raw("<table role=\"table\" id=\"live\" aria-labelledby=\"live-heading\">\n<thead role=\"rowgroup\"><tr role=\"row\">");
        foreach ((string label, ConnectionSort? sort) in s_columns)
        {
            WriteHeading(html, report.Query, label, sort);
        }

        html.Raw("</tr></thead>\n<tbody role=\"rowgroup\" id=\"live-rows\">");
        foreach (StatusConnection connection in report.Connections)
        {
            ConnectionHtml.Write(html, connection);
        }

        html.Raw("</tbody>\n</table>\n");
    }

    private static void WriteHeading(StatusHtml html, StatusQuery query, string label, ConnectionSort? sort)
    {
        bool isCurrent = query.Sort == sort;
        html.Raw("<th role=\"columnheader\" scope=\"col\"")
            .RawIf(isCurrent, query.IsReversed ? " aria-sort=\"descending\"" : " aria-sort=\"ascending\"").Raw(">");
        if (sort is { } wanted)
        {
            html.Link(query with { Sort = wanted, IsReversed = isCurrent && !query.IsReversed, Page = 1 }, Place).Raw(label)
                .RawIf(isCurrent, $" <span aria-hidden=\"true\">{(query.IsReversed ? '↑' : '↓')}</span>").Raw("</a>");
        }
        else
        {
            html.Raw(label);
        }

        html.Raw("</th>");
    }
}
