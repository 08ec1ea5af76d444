namespace Liveness.AspNetCore;

/// <summary>The content of the page, from top to bottom: what is wrong stands above what is well.</summary>
internal static class StatusBody
{
    public static void Write(StatusHtml html, StatusReport report)
    {
        html.Raw("<div id=\"page\">\n<header>\n<div><h1>").Text(report.Title).Raw("</h1>");
        if (report.Application.Length > 0)
        {
            html.Raw("<p class=\"sub\">").Foreign(report.Application).Raw("</p>");
        }

        html.Raw("</div>\n<p id=\"fresh\" class=\"fresh\" data-keep>")
            .Raw("<span class=\"dot\" aria-hidden=\"true\"></span><span id=\"fresh-text\">as of ")
            .Text(StatusText.Moment(report.GeneratedAt)).Raw("</span></p>\n")
            .Raw("<p id=\"announce\" class=\"unseen\" role=\"status\" data-keep></p>\n</header>\n<main>\n");
        TilesHtml.Write(html, report);
        HourHtml.Write(html, report);
        FilterHtml.Write(html, report);
        LossesHtml.Write(html, report);
        LiveHtml.Write(html, report);
        html.Raw("</main>\n<footer><p>Read-only. Times are UTC. ")
            .Raw("<a data-plain href=\"").Text(Json(report.Query)).Raw("\">The same as JSON</a></p>\n")
            .Raw("<p class=\"keys\">Keys: <kbd>/</kbd> search, <kbd>j</kbd> <kbd>k</kbd> or <kbd>↓</kbd> <kbd>↑</kbd> from row to row, "
                + "<kbd>Enter</kbd> opens one, <kbd>Esc</kbd> closes it or clears the search.</p></footer>\n</div>\n");
    }

    private static string Json(StatusQuery query)
    {
        string link = StatusQueryText.Link(query);
        return link + (link.Length > 1 ? "&" : "") + "format=json";
    }
}
