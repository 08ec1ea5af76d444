namespace Liveness.AspNetCore;

/// <summary>The losses: how many since the start, then line by line, those of one second and diagnosis together.</summary>
internal static class LossesHtml
{
    private const string Place = "#lost-heading";

    public static void Write(StatusHtml html, StatusReport report)
    {
        html.Raw("<section aria-labelledby=\"lost-heading\">\n<div class=\"head\"><h2 id=\"lost-heading\" tabindex=\"-1\">Losses</h2>");
        if (report.LossTotals.Count > 0)
        {
            WriteViews(html, report.Query);
        }

        html.Raw("</div>\n");
        WriteTotals(html, report);
        html.Raw("<ol id=\"lost\" class=\"lost\"").RawIf(report.LossItems.Count == 0, " hidden").Raw(">");
        foreach (StatusLossItem item in report.LossItems)
        {
            if (item.Group is { } group)
            {
                LossGroupHtml.Write(html, group, report.Query);
            }
            else
            {
                LossHtml.Write(html, item.Loss!);
            }
        }

        html.Raw("</ol>\n");
        if (report.LossItems.Count == 0)
        {
            html.Raw("<p class=\"empty\" id=\"lost-empty\">").Raw(report.LossTotals.Count == 0
                ? "No losses since the application started. When a connection is lost, it is listed here with what happened, what that "
                    + "most likely means, and the measurements behind it."
                : "No loss matches.").Raw("</p>\n");
        }

        PagerHtml.Write(html, report.LossPaging, "Pages of losses", Place, page => report.Query with { LossPage = page });
        html.Raw("</section>\n");
    }

    private static void WriteViews(StatusHtml html, StatusQuery query)
    {
        bool isGrouped = query.IsGrouped && query.Second is null;
        html.Raw("<p class=\"views\">");
        if (isGrouped)
        {
            html.Raw("Together where second and diagnosis are the same. ")
                .Link(query with { IsGrouped = false, LossPage = 1 }, Place).Raw("List each</a>");
        }
        else
        {
            html.Raw("Each by itself, by");
            foreach (LossSort sort in Enum.GetValues<LossSort>())
            {
                WriteSort(html, query, sort);
            }

            StatusQuery grouped = query with
            {
                IsGrouped = true,
                Second = null,
                LossSort = LossSort.When,
                IsLossReversed = false,
                LossPage = 1,
            };
            html.Raw(". ").Link(grouped, Place).Raw("Group them</a>");
        }

        html.Raw("</p>");
    }

    private static void WriteSort(StatusHtml html, StatusQuery query, LossSort sort)
    {
        bool isCurrent = query.LossSort == sort;
        StatusQuery next = query with { LossSort = sort, IsLossReversed = isCurrent && !query.IsLossReversed, LossPage = 1 };
        html.Raw(" ").Link(next, Place, isCurrent ? " aria-current=\"true\"" : "").Text(sort switch
        {
            LossSort.When => "time",
            LossSort.Lasted => "how long it lasted",
            _ => sort.ToString().ToLowerInvariant(),
        }).RawIf(isCurrent, query.IsLossReversed ? " ↑" : " ↓").Raw("</a>");
    }

    private static void WriteTotals(StatusHtml html, StatusReport report)
    {
        StatusTotals totals = report.LossTotals;
        if (totals.Count == 0)
        {
            return;
        }

        html.Raw("<div class=\"totals\"><p>");
        if (totals.Since is { } since)
        {
            html.Count(totals.Count).Raw(" since ").Text(StatusText.Moment(since));
        }
        else
        {
            html.Raw("The newest ").Count(totals.Count);
        }

        if (totals.Count > totals.Kept)
        {
            html.Raw(", of which the newest ").Count(totals.Kept).Raw(" can be listed");
        }

        html.Raw(":</p><ul>");
        foreach ((string diagnosis, long count) in totals.ByDiagnosis)
        {
            bool isCurrent = report.Query.Diagnosis is { } chosen && StatusWords.NameOf(chosen) == diagnosis;
            html.Raw("<li>").Link(
                report.Query.Unfiltered with { Diagnosis = isCurrent ? null : Enum.Parse<LossDiagnosis>(diagnosis) },
                Place, isCurrent ? " aria-current=\"true\"" : "")
                .Text(StatusWords.Of(diagnosis)).Raw(" <strong>").Count(count).Raw("</strong></a></li>");
        }

        html.Raw("</ul></div>\n");
    }
}
