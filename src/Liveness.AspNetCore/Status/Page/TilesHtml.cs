namespace Liveness.AspNetCore;

/// <summary>The counts at a glance; each leads to what it counts.</summary>
internal static class TilesHtml
{
    private const string Live = "#live-heading";
    private const string Lost = "#lost-heading";

    public static void Write(StatusHtml html, StatusReport report)
    {
        StatusQuery all = report.Query.Unfiltered;
        StatusCounts counts = report.Counts;
        string lost = report.LossTotals.Since is null ? "Recently lost" : "Lost since start";
        html.Raw("<nav aria-label=\"Counts\"><ul class=\"tiles\">");
        Tile(html, "live", "Live", counts.Live, "", all, Live);
        State("alive", "Alive", counts.Alive, "good", nameof(LivenessState.Alive));
        State("suspect", "Suspect", counts.Suspect, "warn", nameof(LivenessState.Suspect));
        State("conditions", "With a warning", counts.WithConditions, "warn", StateFilter.Warning);
        Tile(html, "losses", lost, report.LossTotals.Count, "bad", all, Lost);
        html.Raw("</ul></nav>\n");

        void State(string id, string label, int count, string tone, string state) =>
            Tile(html, id, label, count, tone, all with { State = state }, Live, isCurrent: state == report.Query.State);
    }

    private static void Tile(
        StatusHtml html, string id, string label, long count, string tone, StatusQuery query, string place, bool isCurrent = false) =>
        html.Raw("<li class=\"").Raw(count > 0 ? tone : "").Raw("\">")
            .Link(query, place, isCurrent ? " aria-current=\"true\"" : "").Raw("<span class=\"label\">").Raw(label)
            .Raw("</span> <strong id=\"count-").Raw(id).Raw("\">").Count(count).Raw("</strong></a></li>");
}
